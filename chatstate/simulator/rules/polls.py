"""Polls, threads' titles, live locations, the AI indicator, and whatever an application sends."""

from typing import Any

from chatstate.ids import UserId
from chatstate.simulator.event import EVERYONE, As, Event, Events, Parts
from chatstate.simulator.rows import Channel, Message, Poll, User, Vote
from chatstate.simulator.rules.messages import updated
from chatstate.simulator.world import World


def vote(world: World, poll: Poll, user: User, option_id: str, vote_id: str) -> Events:
    """A user votes; where everyone has one vote only, it replaces the older one."""
    at = world.tick()
    kind = "poll.vote_casted"
    for old in [each for each in poll.votes.values() if each.user_id == user.id and each.answer is None]:
        if poll.unique or old.option_id == option_id:
            del poll.votes[old.id]
            kind = "poll.vote_changed"
    poll.votes[vote_id] = cast = Vote(vote_id, user.id, at, at, option_id)
    poll.updated_at = at
    yield _about(world, kind, poll, poll_vote=As((poll, cast), "vote"))


def answer(world: World, poll: Poll, user: User, text: str, vote_id: str) -> Events:
    """A user says in words what they think; that is no vote."""
    at = world.tick()
    poll.votes[vote_id] = given = Vote(vote_id, user.id, at, at, answer=text)
    poll.updated_at = at
    yield _about(world, "poll.vote_casted", poll, poll_vote=As((poll, given), "vote"))


def take_back(world: World, poll: Poll, cast: Vote) -> Events:
    del poll.votes[cast.id]
    poll.updated_at = world.tick()
    yield _about(world, "poll.vote_removed", poll, poll_vote=As((poll, cast), "vote"))


def change(world: World, poll: Poll, description: str) -> Events:
    poll.description, poll.updated_at = description, world.tick()
    yield _about(world, "poll.updated", poll)


def close(world: World, poll: Poll) -> Events:
    poll.closed, poll.updated_at = True, world.tick()
    yield _about(world, "poll.closed", poll)


def delete(world: World, poll: Poll) -> Events:
    """The poll goes; its message keeps the id."""
    del world.polls[poll.id]
    yield _about(world, "poll.deleted", poll)


def _about(world: World, kind: str, poll: Poll, **parts: Any) -> Event:
    message = world.messages[poll.message_id]
    channel = world.channels[message.cid]
    return world.event(kind, channel, to=channel.watchers, about=message, message_id=message.id, poll=poll, **parts)


def title(world: World, parent: Message, by: User, text: str) -> Events:
    """Someone gives a thread a title."""
    assert parent.thread is not None
    channel = world.channels[parent.cid]
    parent.thread.title, parent.thread.updated_at = text, world.tick()
    yield world.event(
        "thread.updated", channel, to=channel.watchers, about=parent, thread=As(parent, "whole thread"), user=by
    )


def move_location(world: World, message: Message, latitude: float, longitude: float) -> Events:
    """The author of a live location has moved."""
    assert message.location is not None
    message.location.latitude, message.location.longitude = latitude, longitude
    message.location.updated_at = message.updated_at = world.tick()
    yield updated(world, message, world.users[message.user_id])


def ai_state(world: World, channel: Channel, message: Message, state: str) -> Events:
    """What an assistant is doing about a message."""
    channel.ai_message_id = message.id
    yield world.event(
        "ai_indicator.update", channel, to=channel.watchers, about=message, ai_state=state, ai_message="",
        message_id=message.id, user=world.users[message.user_id],
    )  # fmt: skip


def ai_done(world: World, channel: Channel, *, stopped: bool) -> Events:
    channel.ai_message_id = None
    yield world.event("ai_indicator.stop" if stopped else "ai_indicator.clear", channel, to=channel.watchers)


def custom(world: World, kind: str, user: User, channel: Channel | None, payload: dict[str, Any]) -> Events:
    """An application's own event, in a channel or to those who know its sender."""
    told = EVERYONE if channel is None else channel.watchers
    event = world.event(kind, channel, to=told, user=user)
    event.parts |= payload
    yield event


def app_updated(world: World, settings: dict[str, Any]) -> Events:
    yield world.event("app.updated", to=EVERYONE, app=settings)


def streak(world: World, channel: Channel, days: int) -> Events:
    yield world.event("channel.max_streak_changed", channel, to=channel.watchers, max_streak=days)


def health_check(world: World, user_id: UserId, connection_id: str, *, whole: bool) -> Events:
    """The service says that it is there; now and then with all it knows of the user."""
    parts: Parts = {"me": As(world.users[user_id], "own")} if whole else {}
    yield world.event("health.check", to=(user_id,), connection_id=connection_id, **parts)
