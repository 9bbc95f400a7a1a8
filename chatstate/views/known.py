"""Mappings of what is known, by id: live, read-only, and copying nothing."""

from abc import abstractmethod
from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

from chatstate.state.state import State

V = TypeVar("V", covariant=True)


class Known(Mapping[str, V]):
    """Views of what is known, by id. An id that is not known is a ``KeyError``; ``get`` answers None for it."""

    __slots__ = ("_state",)

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def state(self) -> State:
        """The state that is looked at."""
        return self._state

    @property
    def identity(self) -> Hashable:
        """What tells these from others of their kind."""
        return None

    def view(self, id: str) -> V:
        """The view of that id, known or not."""
        return self._view(id)

    def candidates(self) -> Iterator[str]:
        """The ids of all that could be known at the next look."""
        return self._ids()

    def __getitem__(self, id: str) -> V:
        if id in self:
            return self._view(id)
        raise KeyError(self._missing(id))

    def __iter__(self) -> Iterator[str]:
        return self._ids()

    @abstractmethod
    def __contains__(self, id: object) -> bool: ...

    @abstractmethod
    def _ids(self) -> Iterator[str]: ...

    @abstractmethod
    def _view(self, id: str) -> V: ...

    @abstractmethod
    def _missing(self, id: str) -> str:
        """The sentence that says an id is not known."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)}>"
