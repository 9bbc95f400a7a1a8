"""Moves about rooms, their members, and users: each makes the frames of what somebody did."""

from tests import objects
from tests.moves import MOVES, message_move, move, room_move, say_in, someone
from tests.objects import Frame
from tests.stories import frame
from tests.world import PEOPLE, Room, Said, World, wire

__all__ = ["MOVES", "added"]


def added(world: World, room: Room) -> Frame:
    """I was added to a room, with its members."""
    now = world.next()
    channel = world.channel(room) | {"members": [world.member(room, id) for id in room.members]}
    channel |= {"own_capabilities": ["read-events", "send-message"]}
    about = {"channel": channel, "member": world.member(room, "me"), "channel_member_count": len(room.members)}
    return frame("notification.added_to_channel", now, room.cid, by=world.user("me"), **about)


def _told_with_channel(world: World, kind: str, room: Room, by: str, **more: object) -> Frame:
    return frame(kind, wire(world.tick), room.cid, by=world.user(by), channel=world.channel(room), **more)


@room_move("rename a room")
def rename_a_room(world: World, room: Room, who: int, how: int) -> list[Frame]:
    world.next()
    room.name, room.updated = f"named at {world.tick}", world.tick
    room.topic = (None, "tea", "coffee")[how % 3]
    return [_told_with_channel(world, "channel.updated", room, someone(room, who))]


@room_move("freeze")
def freeze(world: World, room: Room, who: int, how: int) -> list[Frame]:
    now = world.next()
    room.frozen = not room.frozen
    return [frame("channel.frozen" if room.frozen else "channel.unfrozen", now, room.cid)]


@room_move("hide")
def hide(world: World, room: Room, who: int, how: int) -> list[Frame]:
    world.next()
    if how % 3 == 0:
        return [_told_with_channel(world, "channel.visible", room, "me")]
    clear = how % 3 == 2
    if clear:
        world.forget(room, list(room.messages))
    return [_told_with_channel(world, "channel.hidden", room, "me", clear_history=clear)]


@room_move("truncate")
def truncate(world: World, room: Room, who: int, how: int) -> list[Frame]:
    truncated_at = world.tick + 1
    world.next()
    world.forget(room, list(room.messages))
    room.truncated = room.updated = truncated_at
    room.last = None
    if how % 2:
        return [_told_with_channel(world, "channel.truncated", room, "bo")]
    system = say_in(world, room, "bo", system=True, silent=True)
    message = {"message": world.message(system), "message_id": system.id}
    return [_told_with_channel(world, "channel.truncated", room, "bo", **message)]


@room_move("delete a room")
def delete_a_room(world: World, room: Room, who: int, how: int) -> list[Frame]:
    world.next()
    made = _told_with_channel(world, "channel.deleted", room, "bo")
    made["channel"]["deleted_at"] = wire(world.tick)
    world.rooms[room.cid] = Room(room.cid, room.name, updated=world.tick, alive=False)
    return [made]


@move("create again")
def create_again(world: World, who: int, what: int, how: int) -> list[Frame]:
    gone = [room for room in world.rooms.values() if not room.alive]
    if not gone:
        return []
    world.next()
    room = gone[what % len(gone)]
    room.alive, room.updated, room.members = True, world.tick, dict.fromkeys(PEOPLE, world.tick)
    return [_told_with_channel(world, "channel.created", room, "bo"), added(world, room)]


@room_move("leave")
def leave(world: World, room: Room, who: int, how: int) -> list[Frame]:
    """Another member goes, or I do."""
    id = someone(room, who)
    now = world.next()
    made = {"member": world.member(room, id), "channel_member_count": len(room.members) - 1}
    del room.members[id]
    room.banned.discard(id)
    if id != "me":
        return [frame("member.removed", now, room.cid, by=world.user(id), **made)]
    room.mine = False
    return [_told_with_channel(world, "notification.removed_from_channel", room, "me", member=made["member"])]


@move("join")
def join(world: World, who: int, what: int, how: int) -> list[Frame]:
    """Whoever is missing in a room comes back; in a room that is not mine, I do."""
    rooms = [room for room in world.rooms.values() if room.alive and len(room.members) < len(PEOPLE)]
    if not rooms:
        return []
    room = rooms[what % len(rooms)]
    now = world.next()
    if not room.mine:
        room.mine, room.members["me"] = True, world.tick
        return [added(world, room)]
    id = next(id for id in PEOPLE if id not in room.members)
    room.members[id] = world.tick
    about = {"member": world.member(room, id), "channel_member_count": len(room.members)}
    return [frame("member.added", now, room.cid, by=world.user(id), **about)]


@room_move("ban")
def ban(world: World, room: Room, who: int, how: int) -> list[Frame]:
    id = someone(room, who)
    now = world.next()
    room.members[id] = world.tick
    if id in room.banned:
        room.banned.remove(id)
        return [frame("user.unbanned", now, room.cid, by=world.user(id))]
    room.banned.add(id)
    return [frame("user.banned", now, room.cid, by=world.user(id), created_by=world.user("bo"), shadow=False)]


@room_move("update a member")
def update_a_member(world: World, room: Room, who: int, how: int) -> list[Frame]:
    id = someone(room, who)
    now = world.next()
    room.members[id] = world.tick
    return [frame("member.updated", now, room.cid, by=world.user(id), member=world.member(room, id))]


@room_move("type")
def type_in(world: World, room: Room, who: int, how: int) -> list[Frame]:
    parents = [said.id for said in room.messages.values() if said.replies]
    about = {"parent_id": parents[-1]} if parents and how > 4 else {}
    kind = ("typing.start", "typing.stop")[how % 2]
    return [frame(kind, world.next(), room.cid, by=world.user(someone(room, who)), **about)]


@room_move("watch")
def watch(world: World, room: Room, who: int, how: int) -> list[Frame]:
    kind = ("user.watching.start", "user.watching.stop")[how % 2]
    return [frame(kind, world.next(), room.cid, by=world.user(someone(room, who)), watcher_count=how)]


@room_move("strike")
def strike(world: World, room: Room, who: int, how: int) -> list[Frame]:
    """Moderation deletes all messages of a user, in a room or everywhere, softly or hard."""
    by, rooms = PEOPLE[who % 3], [room] if how % 2 else world.living()
    now = world.next()
    for struck in rooms:
        theirs = [said for said in struck.messages.values() if said.by == by]
        if how > 3:
            world.forget(struck, [said.id for said in theirs])
        for said in theirs:
            said.deleted, said.updated, said.pinned = said.deleted or world.tick, world.tick, None
    cid = room.cid if how % 2 else None
    return [frame("user.messages.deleted", now, cid, by=world.user(by), hard_delete=how > 3)]


@move("rename a user")
def rename_a_user(world: World, who: int, what: int, how: int) -> list[Frame]:
    person = world.people[PEOPLE[who % 3]]
    now = world.next()
    person.name, person.updated = f"{person.id} of {world.tick}", world.tick
    return [frame("user.updated", now, by=world.user(person.id))]


@move("come or go")
def come_or_go(world: World, who: int, what: int, how: int) -> list[Frame]:
    person = world.people[PEOPLE[who % 3]]
    person.online = not person.online
    return [frame("user.presence.changed", world.next(), by=world.user(person.id))]


@move("ban everywhere")
def ban_everywhere(world: World, who: int, what: int, how: int) -> list[Frame]:
    person = world.people[PEOPLE[1 + who % 2]]
    now = world.next()
    person.banned, person.updated = not person.banned, world.tick
    return [frame("user.banned" if person.banned else "user.unbanned", now, by=world.user(person.id))]


@move("mute")
def mute(world: World, who: int, what: int, how: int) -> list[Frame]:
    """I mute or unmute a user; both events tell of it."""
    id = PEOPLE[1 + who % 2]
    now = world.next()
    kind = _toggle(world.muted, id, world.tick, "user.unmuted", "user.muted")
    single = frame(kind, now, by=world.user("me"), target_user=world.user(id))
    return [single, frame("notification.mutes_updated", now, me=world.own_user())][how % 2 :]


@room_move("mute a room")
def mute_a_room(world: World, room: Room, who: int, how: int) -> list[Frame]:
    now = world.next()
    kind = _toggle(world.muted_rooms, room.cid, world.tick, "channel.unmuted", "channel.muted")
    single = frame(kind, now, room.cid, by=world.user("me"))
    return [single, frame("notification.channel_mutes_updated", now, me=world.own_user())][how % 2 :]


def _toggle(muted: dict[str, int], id: str, tick: int, off: str, on: str) -> str:
    """Take ``id`` out, or put it in since ``tick``; the kind that tells it."""
    if muted.pop(id, None) is not None:
        return off
    muted[id] = tick
    return on


@room_move("draft")
def draft(world: World, room: Room, who: int, how: int) -> list[Frame]:
    now = world.next()
    about = {"channel_cid": room.cid, "created_at": now, "message": {"id": f"d{world.tick}", "text": f"draft of {now}"}}
    return [frame(("draft.updated", "draft.deleted")[how % 2], now, cid=room.cid, draft=about)]


@message_move("remind")
def remind(world: World, said: Said, who: int, how: int) -> list[Frame]:
    now = world.next()
    about = {"channel_cid": said.cid, "message_id": said.id, "user_id": "me", "created_at": now, "updated_at": now}
    about |= {"remind_at": wire(world.tick + 100), "message": world.message(said)}
    kinds = ("reminder.created", "reminder.updated", "notification.reminder_due", "reminder.deleted")
    return [frame(kinds[how % 4], now, said.cid, message_id=said.id, user_id="me", reminder=about)]


@message_move("name a thread")
def name_a_thread(world: World, said: Said, who: int, how: int) -> list[Frame]:
    if not said.replies:
        return []
    now = world.next()
    about = {"title": f"named {now}", "reply_count": said.replies, "updated_at": now}
    thread = objects.thread(said.id, cid=said.cid, at=wire(said.tick), parent_message=world.message(said), **about)
    return [frame("thread.updated", now, said.cid, by=world.user(said.by), thread=thread)]


@message_move("flag")
def flag(world: World, said: Said, who: int, how: int) -> list[Frame]:
    return [frame("message.flagged", world.next(), said.cid, by=world.user("me"), message=world.message(said))]


@room_move("think")
def think(world: World, room: Room, who: int, how: int) -> list[Frame]:
    kind = ("ai_indicator.update", "ai_indicator.stop", "ai_indicator.clear")[how % 3]
    about = {"ai_state": f"AI_STATE_{how}", "message_id": "m1"} if how % 3 == 0 else {}
    return [frame(kind, world.next(), room.cid, **about)]


@move("beat")
def beat(world: World, who: int, what: int, how: int) -> list[Frame]:
    """The connection is checked, perhaps with all that is mine; or totals are told."""
    now = world.next()
    counters = world.counters() | {"unread_threads": how}
    if how < 2:
        return [frame("user.unread_message_reminder", now, by=world.user("me"), **counters)]
    mine = {"me": world.own_user(**counters)} if how < 6 else {}
    return [frame("health.check", now, connection_id="c-1", **mine) | {"cid": "*"}]
