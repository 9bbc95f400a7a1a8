"""Members, watchers, and who is typing."""

from typing import ClassVar

from chatstate.clock import Timestamp
from chatstate.events.event import ChannelEvent, Event, event, event_base, reduces
from chatstate.ids import Cid, MessageId, UserId
from chatstate.model import AiState, Ban, Member, Typing, User, Watching
from chatstate.settle.members import ban_member, drop_member, member_id, settle_member
from chatstate.settle.rooms import begin
from chatstate.settle.users import change_user, the_user
from chatstate.state.state import State


@event_base
class MemberEvent(ChannelEvent):
    """An event about one member of a channel."""

    member: Member | None = None


@event("member.added")
class MemberAdded(MemberEvent):
    """Someone joined a channel."""


@event("member.updated")
class MemberUpdated(MemberEvent):
    """A member has another role, or archived or pinned the channel."""


@reduces(MemberAdded, MemberUpdated)
def member_added(state: State, event: MemberEvent) -> None:
    state.found.at = "member"
    member = event.object("member")
    row = settle_member(state, event.cid, member or {"user": event.need("user")}, event.created_at)
    if row is not None and row.user_id == state.me:
        begin(state, event.cid, event.created_at)


@event("member.removed")
class MemberRemoved(MemberEvent):
    """Someone left a channel. The member may be missing, and only the event's user tell who."""


@reduces(MemberRemoved)
def member_removed(state: State, event: MemberRemoved) -> None:
    member = event.object("member")
    state.found.at = "member"
    names_someone = member is not None and ("user" in member or "user_id" in member)
    user_id = member_id(state, member) if member is not None and names_someone else event.need_user()
    drop_member(state, event.cid, user_id, event.created_at)


@event_base
class BanEvent(Event):
    """Someone was banned or unbanned, in a channel or everywhere."""

    BANS: ClassVar[bool] = True

    created_by: User | None = None
    reason: str | None = None
    expiration: Timestamp | None = None
    shadow: bool = False
    total_bans: int | None = None
    review_queue_item_id: str | None = None
    channel_custom: dict[str, object] | None = None
    channel_member_count: int | None = None
    channel_message_count: int | None = None


@event("user.banned")
class UserBanned(BanEvent):
    """Someone may no longer write."""


@event("user.unbanned")
class UserUnbanned(BanEvent):
    """Someone may write again."""

    BANS: ClassVar[bool] = False


@reduces(UserBanned, UserUnbanned)
def user_banned(state: State, event: BanEvent) -> None:
    user_id = event.need_user()
    ban = Ban.BASE.replace(
        banned=event.BANS and not event.shadow,
        shadow_banned=event.BANS and event.shadow,
        expires=event.expiration,
        reason=event.reason,
        at=event.created_at,
    )
    if event.cid is not None:
        ban_member(state, event.cid, user_id, ban)
    else:
        ban_everywhere(state, user_id, ban)


def ban_everywhere(state: State, user_id: UserId, ban: Ban) -> None:
    """The user is banned from the whole application, or no longer."""
    row = the_user(state, user_id)
    if ban.at > row.banned_at:
        banned = ban.banned or ban.shadow_banned
        change_user(
            state, user_id, row.replace(banned=banned, ban_expires=ban.expires, ban_reason=ban.reason, banned_at=ban.at)
        )


@event("typing.start")
class TypingStart(ChannelEvent):
    """Someone began to type, in a channel or in one of its threads."""

    parent_id: MessageId | None = None


@reduces(TypingStart)
def typing_start(state: State, event: TypingStart) -> None:
    at, user_id = event.created_at, event.need_user()
    parent_id: MessageId | None = event.text("parent_id")  # type: ignore[assignment]
    key = (event.cid, parent_id, user_id)
    if user_id == state.me or not state.arrives(state.typing, key, at) or has_written_since(state, key, at):
        return
    if not state.arrives(state.members, (event.cid, user_id), at):
        return
    known = state.typing.get(key)
    if known is None or known.at < at:
        state.clock.heard(at)
        row = Typing.BASE.opened()
        row.cid, row.parent_id, row.user_id = key
        row.at, row.received = at, state.clock.monotonic()
        row.__class__ = Typing
        state.typing.put(key, row)


def has_written_since(state: State, key: tuple[Cid, MessageId | None, UserId], at: Timestamp) -> bool:
    """Whether the user wrote there after ``at``: what typing announced has come already. O(messages since)."""
    cid, parent_id, user_id = key
    since = state.timeline.of(cid) if parent_id is None else state.replies.of(parent_id)
    for created_at, _, id in reversed(since):
        if created_at <= at:
            return False
        message = state.messages[id]
        if message.user_id == user_id and message.parent_id == parent_id:
            return True
    return False


@event("typing.stop")
class TypingStop(ChannelEvent):
    """Someone stopped typing in a channel, or in one of its threads."""

    parent_id: MessageId | None = None


@reduces(TypingStop)
def typing_stop(state: State, event: TypingStop) -> None:
    state.end(state.typing, (event.cid, event.text("parent_id"), event.need_user()), event.created_at)


@event("user.watching.start")
class UserWatchingStart(ChannelEvent):
    """Someone opened a channel."""

    COUNTS_WATCHERS: ClassVar[bool] = True


@reduces(UserWatchingStart)
def user_watching_start(state: State, event: UserWatchingStart) -> None:
    at, key = event.created_at, (event.cid, event.need_user())
    known = state.watching.get(key)
    if state.arrives(state.watching, key, at) and (known is None or known.at < at):
        state.watching.put(key, Watching.BASE.replace(cid=event.cid, user_id=key[1], at=at))


@event("user.watching.stop")
class UserWatchingStop(ChannelEvent):
    """Someone closed a channel."""

    COUNTS_WATCHERS: ClassVar[bool] = True


@reduces(UserWatchingStop)
def user_watching_stop(state: State, event: UserWatchingStop) -> None:
    state.end(state.watching, (event.cid, event.need_user()), event.created_at)


@event_base
class AiEvent(ChannelEvent):
    """An assistant in a channel does something, or no longer."""


@event("ai_indicator.update")
class AiIndicatorUpdate(AiEvent):
    """An assistant thinks, writes, looks something up."""

    ai_message: str | None = None
    ai_state: str = ""
    message_id: MessageId | None = None


@reduces(AiIndicatorUpdate)
def ai_indicator_update(state: State, event: AiIndicatorUpdate) -> None:
    at, cid = event.created_at, event.cid
    known = state.ai.get(cid)
    if state.arrives(state.ai, cid, at) and (known is None or known.at < at):
        row = AiState.BASE.replace(state=event.ai_state, message_id=event.message_id, text=event.ai_message, at=at)
        state.ai.put(cid, row)


@event("ai_indicator.stop")
class AiIndicatorStop(AiEvent):
    """An assistant was asked to stop."""


@event("ai_indicator.clear")
class AiIndicatorClear(AiEvent):
    """An assistant is done."""


@reduces(AiIndicatorStop, AiIndicatorClear)
def ai_indicator_end(state: State, event: AiEvent) -> None:
    state.end(state.ai, event.cid, event.created_at)
