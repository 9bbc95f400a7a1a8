"""Channels that are made, joined and left with the client, with a real service on the loopback interface."""

import pytest

from chatstate.cli.demo import know_everything
from chatstate.live.errors import ApiError
from chatstate.server import Service
from tests.company import a_client, alike, until
from tests.loopback import QUICK, run

OTHERS = ["bo", "cy"]


def with_both(story, **how):
    """Live a story of ana and bo."""

    async def lived():
        async with Service(seed=7) as service, a_client(service, **how) as ana, a_client(service, "bo") as bo:
            for each in (ana, bo):
                await know_everything(each)
            return await story(service, ana, bo)

    return run(lived())


def test_a_channel_is_made_watched_and_right():
    async def story(service, ana, bo):
        cid = await ana.create_channel("messaging", "picnic", members=OTHERS, name="Picnic", mood="calm")
        channel = ana.store.channel(cid)
        seen = cid, channel.name, dict(channel.custom), sorted(channel.members)
        await until(lambda: cid in bo.store.channels)
        await bo.send_message(cid, "sandwiches")
        await until(lambda: channel.last_message is not None)
        return seen, channel.last_message.text, await alike(service, ana)

    seen, said, wrong = with_both(story)
    assert seen == ("messaging:picnic", "Picnic", {"mood": "calm"}, ["ana", "bo", "cy"])
    assert (said, wrong) == ("sandwiches", [])


def test_the_channel_of_just_those_members_is_one():
    async def story(service, ana, bo):
        return await ana.create_channel("messaging", members=["bo"]), await bo.create_channel(
            "messaging", members=["ana"]
        )

    one, other = with_both(story)
    assert one == other
    assert one.startswith("messaging:!members-")


def test_a_channel_that_was_made_is_watched_after_a_drop_too():
    async def story(service, ana, bo):
        cid = await ana.create_channel("messaging", "picnic", members=OTHERS)
        told = []
        ana.on("connection.changed", told.append)
        service.faults.drop(user="ana")
        await until(lambda: told)
        await ana.recovered()
        sent = await bo.send_message(cid, "still there?")
        await until(lambda: sent.id in ana.store.messages)
        return [each.text for each in ana.store.channel(cid).messages]

    assert with_both(story, timing=QUICK) == ["still there?"]


@pytest.mark.parametrize("watched", [True, False])
def test_members_are_added_and_removed(watched):
    async def story(service, ana, bo):
        cid = await ana.create_channel("messaging", "picnic")
        if not watched:
            await ana.stop_watching(cid)
        seen = [sorted(ana.store.channel(cid).members)]
        for deed, ids in ((ana.add_members, OTHERS), (ana.remove_members, ["bo"]), (ana.add_members, ["bo"])):
            await deed(cid, *ids)
            seen.append(sorted(ana.store.channel(cid).members))
        return seen

    assert with_both(story) == [["ana"], ["ana", "bo", "cy"], ["ana", "cy"], ["ana", "bo", "cy"]]


def test_a_channel_is_left_and_joined_again():
    async def story(service, ana, bo):
        cid = await ana.create_channel("livestream", "show")
        await ana.send_message(cid, "welcome")
        await bo.join(cid)
        joined = [each.text for each in bo.store.channel(cid).messages], "bo" in bo.store.channel(cid).members
        await bo.leave(cid)
        left = cid in bo.store.channels, "bo" in ana.store.channel(cid).members
        await bo.join(cid)
        sent = await ana.send_message(cid, "again")
        await until(lambda: sent.id in bo.store.messages)
        return joined, left, await alike(service, bo)

    joined, left, wrong = with_both(story)
    assert joined == (["welcome"], True)
    assert left[0] is False
    assert wrong == []


def test_not_every_channel_lets_one_in():
    async def story(service, ana, bo):
        cid = await ana.create_channel("messaging", "picnic")
        with pytest.raises(ApiError, match="not a member"):
            await bo.join(cid)
        return cid in bo.store.channels

    assert with_both(story) is False


def test_who_does_not_run_a_channel_adds_nobody():
    async def story(service, ana, bo):
        cid = await ana.create_channel("messaging", "picnic", members=["bo"])
        with pytest.raises(ApiError, match="does not run"):
            await bo.add_members(cid, "cy")
        return sorted(ana.store.channel(cid).members)

    assert with_both(story) == ["ana", "bo"]


def test_who_watches_what_is_not_there_makes_it():
    async def story(service, ana, bo):
        await ana.watch_channel("messaging:new")
        return sorted(ana.store.channel("messaging:new").members)

    assert with_both(story) == ["ana"]
