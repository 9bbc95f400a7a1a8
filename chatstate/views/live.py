"""Live sequences: what is there now, in order, and nothing copied."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, overload

from chatstate.state.state import State
from chatstate.state.table import Index

V = TypeVar("V", covariant=True)


class Live(Sequence[V]):
    """Views in the order of their sort keys. Length, index and a slice are O(log n) and what they answer.

    It always tells what is there now; who iterates while events are applied takes a slice first.
    """

    __slots__ = ("_state",)

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    @abstractmethod
    def _entries(self) -> Sequence[Any]:
        """The sort keys, in order; each ends in the id."""

    @abstractmethod
    def _view(self, id: Any) -> V:
        """The view of what has that id."""

    @abstractmethod
    def entry_of(self, id: Any) -> Any:
        """The sort key under which an id stands; None where it stands nowhere. O(1)."""

    def group(self) -> tuple[Index[Any, Any], Any] | None:
        """The index and the group in it that this is, if it is one as it stands."""
        return None

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, at: int) -> V: ...

    @overload
    def __getitem__(self, at: slice) -> list[V]: ...

    def __getitem__(self, at: int | slice) -> V | list[V]:
        if isinstance(at, slice):
            view = self._view
            return [view(entry[-1]) for entry in self._entries[at]]
        return self._view(self._entries[at][-1])

    def __iter__(self) -> Iterator[V]:
        view = self._view
        return (view(entry[-1]) for entry in self._entries)

    def __reversed__(self) -> Iterator[V]:
        view = self._view
        return (view(entry[-1]) for entry in reversed(self._entries))
