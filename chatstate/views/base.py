"""What all views are: a state and a key, and the tables read anew at every look."""

from abc import abstractmethod
from typing import Any, Generic, TypeVar

from chatstate.clock import NEVER, Timestamp
from chatstate.state.state import State

K = TypeVar("K")
R = TypeVar("R")


class View(Generic[K]):
    """A live, read-only handle on one thing: it keeps nothing but where to look.

    Two views are equal, and hash alike, when they are of the same thing in the same state.
    """

    __slots__ = ("_key", "_state")

    def __init__(self, state: State, key: K) -> None:
        self._state = state
        self._key = key

    @property
    @abstractmethod
    def row(self) -> Any:
        """The row now; None where there is none."""

    @property
    def identity(self) -> tuple[type, K]:
        """What tells it from every other view of the same state."""
        return self.__class__, self._key

    def shown(self) -> tuple[Any, ...]:
        """What a screen shows of it: the rows it is made of. Where none of them differs, there is nothing to redraw."""
        return (self.row,)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, View) or not (isinstance(other, type(self)) or isinstance(self, type(other))):
            return NotImplemented
        return bool(self._key == other._key and self._state == other._state)

    def __hash__(self) -> int:
        return hash((self._state, self._key))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._key!r}>"


def told(row: R | None, unknown: R) -> R:
    """``row``, or ``unknown`` where there is none."""
    return unknown if row is None else row


def when(at: Timestamp) -> Timestamp | None:
    """``at``, or None where it is NEVER."""
    return None if at == NEVER else at


def name_of(id: str) -> str:
    """``id``. Raises ``ValueError`` where it is empty: nothing is called that."""
    if not id:
        raise ValueError("an id has at least one character")
    return id
