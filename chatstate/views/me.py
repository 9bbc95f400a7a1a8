"""Myself: the connected user, what only I am told, and the connection."""

from collections.abc import Mapping
from typing import Any

from chatstate.clock import Timestamp
from chatstate.ids import Cid, UserId
from chatstate.model import Connection, Counters, Own
from chatstate.settle.mutes import is_muted
from chatstate.state.state import ME, State
from chatstate.views.base import View, told, when
from chatstate.views.user import MuteView, UserView

_UNKNOWN: Own = Own.BASE
_UNCOUNTED: Counters = Counters.BASE
_UNHEARD: Connection = Connection.BASE


class OwnUserView(View[str]):
    """The connected user: whoever it is, also before the service has told."""

    __slots__ = ()

    def __init__(self, state: State) -> None:
        super().__init__(state, ME)

    @property
    def row(self) -> Own | None:
        """What only I am told of myself now; None before anything was."""
        return self._state.own.get(ME)

    def shown(self) -> tuple[Any, ...]:
        user, mutes = self.user, [mute.shown() for mute in self.mutes]
        return self.row, self._counters, None if user is None else user.row, *mutes, *self.channel_mutes

    @property
    def _told(self) -> Own:
        return told(self.row, _UNKNOWN)

    @property
    def _counters(self) -> Counters:
        return told(self._state.counters.get(ME), _UNCOUNTED)

    @property
    def exists(self) -> bool:
        """Whether it is known who I am."""
        return self._state.me is not None

    @property
    def id(self) -> UserId | None:
        """My user id; None while nobody told."""
        return self._state.me

    @property
    def user(self) -> UserView | None:
        """Myself, as everybody sees me; None while nobody told who I am."""
        me = self._state.me
        return None if me is None else UserView(self._state, me)

    @property
    def total_unread_count(self) -> int:
        """How many messages I have not read in all, as the service counts."""
        return self._counters.total_unread_count

    @property
    def unread_channels(self) -> int:
        """In how many channels something is unread, as the service counts."""
        return self._counters.unread_channels

    @property
    def unread_threads(self) -> int:
        """In how many threads something is unread, as the service counts."""
        return self._counters.unread_threads

    @property
    def mutes(self) -> list[MuteView]:
        """The users I have muted now. O(all I ever muted)."""
        state = self._state
        return [MuteView(state, id) for id in state.mutes if is_muted(state, state.mutes, id)]

    @property
    def channel_mutes(self) -> list[Cid]:
        """The channels I have muted now. O(all I ever muted)."""
        state = self._state
        return [Cid(cid) for cid in state.channel_mutes if is_muted(state, state.channel_mutes, cid)]

    @property
    def blocked_user_ids(self) -> tuple[str, ...]:
        """The users I have blocked."""
        me = self._state.me
        row = None if me is None else self._state.users.get(me)
        return () if row is None else row.blocked_user_ids

    @property
    def flagged(self) -> frozenset[str]:
        """The ids of the messages and users I have flagged. O(those)."""
        return frozenset(self._state.flags)

    @property
    def devices(self) -> tuple[Any, ...]:
        """My devices for push notifications: objects as they came."""
        return self._told.devices

    @property
    def privacy_settings(self) -> Mapping[str, Any]:
        """Whether I let others see that I type and read, as it came."""
        return self._told.privacy_settings

    @property
    def push_preferences(self) -> Mapping[str, Any]:
        """What I want to be pushed, as it came."""
        return self._told.push_preferences


class ConnectionView(View[str]):
    """The socket, as the store last heard of it."""

    __slots__ = ()

    def __init__(self, state: State) -> None:
        super().__init__(state, ME)

    @property
    def row(self) -> Connection | None:
        """The connection's row now; None before the first word."""
        return self._state.connection.get(ME)

    @property
    def online(self) -> bool | None:
        """Whether the socket is up; None before the first word."""
        return told(self.row, _UNHEARD).online

    @property
    def behind(self) -> bool:
        """Whether something may have been missed: from when the socket goes down until ``connection.recovered``."""
        return told(self.row, _UNHEARD).behind

    @property
    def connection_id(self) -> str | None:
        """What the service calls the connection."""
        return told(self.row, _UNHEARD).connection_id

    @property
    def last_event_at(self) -> Timestamp | None:
        """The time of the newest event; None before the first."""
        return when(self._state.heard_at)
