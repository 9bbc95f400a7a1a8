"""What is mine alone: the connection, my lists of mutes, drafts, reminders."""

from typing import Any

from chatstate.clock import NEVER, Timestamp
from chatstate.errors import Malformed
from chatstate.events.event import Event, event, event_base, reduces
from chatstate.ids import MessageId, UserId
from chatstate.model import App, Connection, Draft, JsonObject, Message, Own, Reminder, User
from chatstate.model.reading import read_ref
from chatstate.settle.channels import cid_in
from chatstate.settle.keepsakes import settle_draft, settle_reminder
from chatstate.settle.messages import settle_list
from chatstate.settle.mutes import tell_mutes
from chatstate.settle.reads import identify
from chatstate.state.state import ME, State
from chatstate.state.table import Table


@event("health.check")
class HealthCheck(Event):
    """The socket is alive; the first one also says who I am."""

    me: User | None = None


@event("notification.mutes_updated")
class NotificationMutesUpdated(Event):
    """My mutes are others than before."""

    me: User | None = None


@event("notification.channel_mutes_updated")
class NotificationChannelMutesUpdated(Event):
    """My channel mutes are others than before."""

    me: User | None = None


@reduces(HealthCheck)
def health_check(state: State, event: HealthCheck) -> None:
    at, me = event.created_at, event.object("me")
    known = state.connection.get(ME, Connection.BASE)
    if at > known.at:
        id = event.connection_id or known.connection_id
        state.connection.put(ME, known.replace(online=True, connection_id=id, at=at))
    if me is not None:
        settle_me(state, me, at)


@reduces(NotificationMutesUpdated, NotificationChannelMutesUpdated)
def mutes_updated(state: State, event: Event) -> None:
    settle_me(state, event.need("me"), event.created_at)


def settle_me(state: State, raw: JsonObject, at: Timestamp) -> None:
    """Take in my own user: the lists it carries replace what was known, what it leaves out stays."""
    id = UserId(read_ref(raw, "me", state.found))
    if state.me is None:
        identify(state, id)
    state.found.at = "me"
    known = state.own.get(ME, Own.BASE)
    if at > known.told_at:
        row = Own.read(raw, state.found, known).replace(told_at=at)
        if row.replace(told_at=known.told_at) != known:
            state.own.put(ME, row)
    if raw.get("mutes") is not None:
        tell_mutes(state, state.mutes, _listed(state, raw["mutes"], "mutes", _muted_user), at)
    if raw.get("channel_mutes") is not None:
        tell_mutes(
            state, state.channel_mutes, _listed(state, raw["channel_mutes"], "channel_mutes", _muted_channel), at
        )


def _listed(state: State, raw: Any, key: str, name: Any) -> dict[str, JsonObject]:
    listed: dict[str, JsonObject] = {}
    settle_list(state, raw, key, lambda mute: listed.update({name(state, mute): mute}))
    return listed


def _muted_user(state: State, mute: JsonObject) -> str:
    return read_ref(mute.get("target"), "target", state.found)


def _muted_channel(state: State, mute: JsonObject) -> str:
    channel = mute.get("channel")
    cid = cid_in(channel if channel.__class__ is dict else {"cid": mute.get("channel_cid")})
    if cid is None:
        raise Malformed("an object", channel, "channel")
    return cid


@event("connection.changed")
class ConnectionChanged(Event):
    """The socket went up or down."""

    online: bool = False


@event("connection.recovered")
class ConnectionRecovered(Event):
    """After the socket came back, what was missed is here."""


@reduces(ConnectionChanged, ConnectionRecovered)
def connection_changed(state: State, event: Event) -> None:
    at = event.created_at
    online, recovered = (event.online, False) if isinstance(event, ConnectionChanged) else (True, True)
    known = state.connection.get(ME, Connection.BASE)
    if at <= known.at:
        return
    behind = not recovered and (known.behind or not online)
    state.connection.put(ME, known.replace(online=online, behind=behind, at=at))
    if not online:
        forget_presence(state, at)


def forget_presence(state: State, at: Timestamp) -> None:
    """While nobody tells, who types, who watches and who is online is unknown. O(users)."""
    tables: list[Table[Any, Any]] = [state.typing, state.watching]
    for table in tables:
        for key in list(table):
            state.end(table, key, at)
    state.copies.clear()
    for user in list(state.users.values()):
        if user.online is not None and max(user.seen_at, state.told.get(user.id, NEVER)) <= at:
            state.users.put(user.id, user.replace(online=None, seen_at=at))


@event("app.updated")
class AppUpdated(Event):
    """The application's settings are others than before."""

    app: App | None = None


@reduces(AppUpdated)
def app_updated(state: State, event: AppUpdated) -> None:
    at, known = event.created_at, state.app.get(ME, App.BASE)
    if at > known.at:
        state.found.at = "app"
        state.app.put(ME, App.read(event.need("app"), state.found, known).replace(at=at))


@event_base
class DraftEvent(Event):
    """An event about what I began to write."""

    draft: Draft | None = None
    parent_id: MessageId | None = None


@event("draft.updated")
class DraftUpdated(DraftEvent):
    """I began to write, or wrote on."""


@event("draft.deleted")
class DraftDeleted(DraftEvent):
    """What I began to write is gone."""


@reduces(DraftUpdated, DraftDeleted)
def draft_told(state: State, event: DraftEvent) -> None:
    raw, at = event.object("draft") or {}, event.created_at
    cid = event.cid
    if cid is None:
        raise Malformed("a cid like messaging:general", None, "$.cid")
    parent_id = event.parent_id or raw.get("parent_id")
    if event.KIND == "draft.deleted":
        state.end(state.drafts, (cid, parent_id), at)
    else:
        state.found.at = "draft"
        settle_draft(state, event.need("draft"), (cid, parent_id), at)


@event_base
class ReminderEvent(Event):
    """An event about a message I want to be reminded of."""

    reminder: Reminder | None = None
    message: Message | None = None
    message_id: MessageId | None = None
    parent_id: MessageId | None = None


@event("reminder.created")
class ReminderCreated(ReminderEvent):
    """I want to be reminded of a message."""


@event("reminder.updated")
class ReminderUpdated(ReminderEvent):
    """I want to be reminded at another time."""


@event("notification.reminder_due")
class NotificationReminderDue(ReminderEvent):
    """The time of a reminder has come."""


@event("reminder.deleted")
class ReminderDeleted(ReminderEvent):
    """I no longer want to be reminded."""


@reduces(ReminderCreated, ReminderUpdated, NotificationReminderDue, ReminderDeleted)
def reminder_told(state: State, event: ReminderEvent) -> None:
    raw, at = event.object("reminder") or {}, event.created_at
    id = event.message_id or raw.get("message_id")
    if id.__class__ is not str or not id:
        raise Malformed("a string", id, "$.reminder.message_id")
    if event.KIND == "reminder.deleted":
        state.end(state.reminders, id, at)
        return
    state.found.at = "reminder"
    due = event.KIND == "notification.reminder_due"
    settle_reminder(state, raw, MessageId(str(id)), at, due=due)
