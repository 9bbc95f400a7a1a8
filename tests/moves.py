"""Moves about messages: each makes the frames of what somebody did, or none where it makes no sense."""

from collections.abc import Callable
from typing import Any

from tests import objects
from tests.objects import Frame
from tests.stories import frame, told
from tests.world import PEOPLE, REACTIONS, Poll, Room, Said, Vote, World, wire

Maker = Callable[[World, int, int, int], list[Frame]]
MOVES: dict[str, Maker] = {}
"""Every move by its name: a function of the world and three small numbers."""


def move(name: str) -> Callable[[Maker], Maker]:
    def remember(make: Maker) -> Maker:
        MOVES[name] = make
        return make

    return remember


def room_move(name: str) -> Callable[[Callable[..., list[Frame]]], Maker]:
    """A move in one of my rooms; nothing where there is none."""

    def remember(make: Callable[..., list[Frame]]) -> Maker:
        def in_room(world: World, who: int, what: int, how: int) -> list[Frame]:
            rooms = world.living()
            return make(world, rooms[what % len(rooms)], who, how) if rooms else []

        return move(name)(in_room)

    return remember


def message_move(name: str) -> Callable[[Callable[..., list[Frame]]], Maker]:
    """A move about a message that is there; where there is none, somebody says something."""

    def remember(make: Callable[..., list[Frame]]) -> Maker:
        def about_message(world: World, who: int, what: int, how: int) -> list[Frame]:
            all_said = list(world.everything_said())
            if not all_said:
                return MOVES["say"](world, who, what, how)
            return make(world, all_said[what % len(all_said)], who, how)

        return move(name)(about_message)

    return remember


def someone(room: Room, who: int) -> str:
    members = list(room.members)
    return members[who % len(members)]


def say_in(world: World, room: Room, by: str, **more: Any) -> Said:
    """A message is written now."""
    now = world.next()
    said = Said(world.new_id("m"), room.cid, by, world.tick, f"said {now}", world.tick, **more)
    room.messages[said.id] = said
    if not said.thread_only:
        room.last = world.tick
    return said


def _message_new(world: World, said: Said) -> Frame:
    message = world.message(said)
    counts = {"channel_member_count": len(world.rooms[said.cid].members), "watcher_count": 2, **world.counters()}
    about = {"message": message, "message_id": said.id}
    return frame("message.new", wire(said.tick), said.cid, by=world.user(said.by), **about, **counts)


def _notification(world: World, said: Said) -> Frame:
    channel, counts = world.channel(world.rooms[said.cid]), {"watcher_count": 0, **world.counters()}
    about = {"message": world.message(said), "message_id": said.id, "channel": channel}
    return frame("notification.message_new", wire(said.tick), said.cid, **about, **counts)


@room_move("say")
def say(world: World, room: Room, who: int, how: int) -> list[Frame]:
    kinds: list[dict[str, Any]] = [{}, {"mentions": ("me",)}, {"silent": True}, {"mentions": ("bo", "u2")}]
    return [_message_new(world, say_in(world, room, someone(room, who), **kinds[how % 4]))]


@room_move("notify")
def notify(world: World, room: Room, who: int, how: int) -> list[Frame]:
    """A message told by its notification, perhaps beside its own event."""
    said = say_in(world, room, someone(room, who))
    return [_message_new(world, said), _notification(world, said)][how % 2 :]


@message_move("reply")
def reply(world: World, to: Said, who: int, how: int) -> list[Frame]:
    if to.parent is not None or to.deleted is not None:
        return []
    room = world.rooms[to.cid]
    to.replies += 1
    said = say_in(world, room, someone(room, who), parent=to.id, shown=how % 2 == 0)
    frames = [_message_new(world, said)]
    if how % 4 == 3:
        about = {"message": world.message(said), "thread_id": to.id, "channel": world.channel(room)}
        frames.append(frame("notification.thread_message_new", world.next(), room.cid, unread_threads=1, **about))
    return frames


@message_move("quote")
def quote(world: World, what: Said, who: int, how: int) -> list[Frame]:
    room = world.rooms[what.cid]
    return [_message_new(world, say_in(world, room, someone(room, who), quoted=what.id))]


@room_move("ask")
def ask(world: World, room: Room, who: int, how: int) -> list[Frame]:
    poll = world.polls.setdefault(id := world.new_id("p"), Poll(id, world.tick + 1))
    return [_message_new(world, say_in(world, room, someone(room, who), poll=poll.id))]


@message_move("edit")
def edit(world: World, said: Said, who: int, how: int) -> list[Frame]:
    """Another text, or pinned or unpinned."""
    if said.deleted is not None:
        return []
    now = world.next()
    said.updated = world.tick
    if how % 3 == 0:
        said.pinned = None if said.pinned is not None else world.tick
    else:
        said.text = f"edited {now}"
    message = world.message(said)
    return [frame("message.updated", now, said.cid, by=world.user(said.by), message=message, message_id=said.id)]


@message_move("delete")
def delete(world: World, said: Said, who: int, how: int) -> list[Frame]:
    room, hard = world.rooms[said.cid], how % 2 == 0
    if said.deleted is not None and not hard:
        return []
    now = world.next()
    said.deleted, said.updated, said.pinned = world.tick, world.tick, None
    about = {"message": world.message(said), "message_id": said.id, "hard_delete": hard}
    made = frame("message.deleted", now, said.cid, by=world.user(said.by), **about)
    if hard:
        world.forget(room, [said.id])
    return [made]


@message_move("undelete")
def undelete(world: World, said: Said, who: int, how: int) -> list[Frame]:
    if said.deleted is None:
        return []
    now = world.next()
    said.deleted, said.updated = None, world.tick
    return [frame("message.undeleted", now, said.cid, message=world.message(said), message_id=said.id)]


@message_move("react")
def react(world: World, said: Said, who: int, how: int) -> list[Frame]:
    """A new reaction, a new score, another type in the place of all, or one taken back."""
    if said.deleted is not None:
        return []
    now, by, type = world.next(), PEOPLE[who % 3], REACTIONS[how % 3]
    kind, before = "reaction.new", said.reactions.get((by, type))
    if how >= 6 and before is not None:
        gone = world.reaction(said, by, type)
        del said.reactions[by, type]
        about = {"message": world.message(said), "message_id": said.id, "reaction": gone}
        return [frame("reaction.deleted", now, said.cid, by=world.user(by), **about)]
    if before is not None or how >= 4:
        kind = "reaction.updated"
        kept = {key: value for key, value in said.reactions.items() if key[0] != by or before is not None}
        said.reactions = kept
    said.reactions[by, type] = (how - 2, world.tick)
    about = {"message": world.message(said), "message_id": said.id, "reaction": world.reaction(said, by, type)}
    return [frame(kind, now, said.cid, by=world.user(by), **about)]


@message_move("vote")
def vote(world: World, said: Said, who: int, how: int) -> list[Frame]:
    poll = world.polls.get(said.poll or "")
    if poll is None or poll.closed:
        return []
    now, by, option = world.next(), PEOPLE[who % 3], ("yes", "no")[how % 2]
    about: Frame = {"message_id": said.id}
    if how == 7:
        poll.closed = True
        return [frame("poll.closed", now, said.cid, poll=world.poll(poll), **about)]
    if by in poll.votes and how > 3:
        about["poll_vote"] = world.vote(poll, by)
        del poll.votes[by]
        return [frame("poll.vote_removed", now, said.cid, poll=world.poll(poll), **about)]
    kind = "poll.vote_changed" if by in poll.votes else "poll.vote_casted"
    poll.votes[by] = Vote(world.new_id("v"), option, world.tick)
    return [frame(kind, now, said.cid, poll=world.poll(poll), poll_vote=world.vote(poll, by), **about)]


@room_move("read")
def read(world: World, room: Room, who: int, how: int) -> list[Frame]:
    by, last = someone(room, who), [said.id for said in room.messages.values() if not said.thread_only]
    about = {"last_read_message_id": last[-1]} if last else {}
    if by == "me" and how % 4 == 0:
        about |= {"channel": world.channel(room)} | world.counters()
        return [frame("notification.mark_read", world.next(), room.cid, by=world.user("me"), **about)]
    if by == "me" and how == 1:
        return [frame("notification.mark_read", world.next(), by=world.user("me"), **world.counters())]
    return [frame("message.read", world.next(), room.cid, by=world.user(by), **about)]


@message_move("read a thread")
def read_thread(world: World, said: Said, who: int, how: int) -> list[Frame]:
    if said.parent is None or said.parent not in world.rooms[said.cid].messages:
        return []
    room = world.rooms[said.cid]
    parent = room.messages[said.parent]
    thread = objects.thread(parent.id, cid=said.cid, at=wire(parent.tick), reply_count=parent.replies)
    return [frame("message.read", world.next(), said.cid, by=world.user(someone(room, who)), thread=thread)]


@message_move("mark unread")
def mark_unread(world: World, first: Said, who: int, how: int) -> list[Frame]:
    room = world.rooms[first.cid]
    shown = [said for said in room.messages.values() if not said.thread_only]
    if first not in shown:
        return []
    before = [said for said in shown if said.tick < first.tick]
    counted = [said for said in shown if said.tick >= first.tick and said.by != "me" and not said.silent]
    about: Frame = {
        "unread_messages": len(counted),
        "first_unread_message_id": first.id,
        "channel": world.channel(room),
    }
    about["last_read_at"] = wire(before[-1].tick if before else 1)
    about |= {"last_read_message_id": before[-1].id} if before else {}
    return [frame("notification.mark_unread", world.next(), room.cid, by=world.user("me"), **about)]


@room_move("deliver")
def deliver(world: World, room: Room, who: int, how: int) -> list[Frame]:
    now, last = world.next(), list(room.messages)[-1:]
    about = {"last_delivered_at": now, **({"last_delivered_message_id": last[0]} if last else {})}
    return [frame("message.delivered", now, room.cid, by=world.user(someone(room, who)), **about)]


@room_move("custom")
def custom(world: World, room: Room, who: int, how: int) -> list[Frame]:
    made = frame("game.move", world.next(), room.cid, by=world.user(someone(room, who)), payload={"x": [how, None]})
    return [told(made, total_unread_count=how) if how > 5 else made]
