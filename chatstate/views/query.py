"""Queries: what is known, filtered and sorted; asked by a selector, they are kept in order as things change."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from chatstate.views.filters import Fields, Filter, matcher
from chatstate.views.known import Known
from chatstate.views.live import Live
from chatstate.views.sorts import Sort, sort_key

V = TypeVar("V")


class Query(Live[V]):
    """What is known of a kind, as far as a filter wants it, in an order.

    Outside a selector it is filtered and sorted whenever it is looked at, O(n log n); what a selector asks for is kept,
    and one change moves one place, O(log n).
    """

    __slots__ = ("_key", "_known", "_wants", "identity")

    def __init__(
        self, known: Known[V], wants: Callable[[V], bool], key: Callable[[V], tuple[Any, ...]], identity: Hashable
    ) -> None:
        super().__init__(known.state)
        self._known = known
        self._wants = wants
        self._key = key
        self.identity = identity
        """What it asks for: two queries with the same are the same."""

    @property
    def _entries(self) -> Sequence[Any]:
        return self._state.in_order(self)

    def _view(self, id: str) -> V:
        return self._known.view(id)

    def candidates(self) -> Iterator[str]:
        """The ids of all that could be in it."""
        return self._known.candidates()

    def entry_of(self, id: str) -> tuple[Any, ...] | None:
        if id not in self._known:
            return None
        view = self._known.view(id)
        return (*self._key(view), id) if self._wants(view) else None

    def sort(self) -> list[tuple[Any, ...]]:
        """The sort keys of all that is in it, in order. O(n log n)."""
        return sorted(entry for id in self.candidates() if (entry := self.entry_of(id)) is not None)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Query):
            return NotImplemented
        return bool(self.identity == other.identity and self._state == other._state)

    def __hash__(self) -> int:
        return hash(self.identity)

    def __repr__(self) -> str:
        return f"<Query of {type(self._known).__name__}>"


def query(known: Known[V], filter: Filter[V] | None, sort: Sort[V], fields: Fields[V]) -> Query[V]:
    """A query, as an application writes it. Raises ``ValueError`` for a filter or a sort that means nothing."""
    identity = (type(known), known.identity, fingerprint(filter), fingerprint(sort))
    return Query(known, matcher(filter, fields), sort_key(sort, fields), identity)


def fingerprint(value: Any) -> Hashable:
    """What tells two filters apart: their content; of functions, their code and what they close over.

    A selector that writes its filter in place makes a new function each time it runs, and it is still the same filter.
    """
    if isinstance(value, Mapping):
        return ("mapping", *((key, fingerprint(each)) for key, each in value.items()))
    if isinstance(value, list | tuple):
        return ("list", *map(fingerprint, value))
    code = getattr(value, "__code__", None)
    if code is not None:
        cells = tuple(fingerprint(cell.cell_contents) for cell in value.__closure__ or ())
        return code, cells, fingerprint(value.__defaults__), id(getattr(value, "__self__", None))
    return value.__class__, value if isinstance(value, Hashable) else id(value)
