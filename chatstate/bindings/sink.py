"""What a list widget can be told: five words, each done to the rows that are there."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from chatstate.reactive import Insert, ListDiff, Move, Remove, Reset, Set

T = TypeVar("T", contravariant=True)


class Sink(Protocol[T]):
    """The rows of a widget."""

    def reset(self, items: tuple[T, ...]) -> None:
        """Show these, and nothing else."""
        ...

    def insert(self, at: int, item: T) -> None:
        """Show one more; it stands at ``at`` then."""
        ...

    def set(self, at: int, item: T) -> None:
        """Show in the row at ``at`` what is so now."""
        ...

    def remove(self, at: int) -> None:
        """Take the row at ``at`` away."""
        ...

    def move(self, at: int, to: int) -> None:
        """Have the row at ``at`` stand at ``to``, counted once it is taken out."""
        ...


def pour(diffs: Iterable[ListDiff[Any]], sink: Sink[Any]) -> None:
    """Do to a sink what the diffs tell, in order."""
    for diff in diffs:
        match diff:
            case Insert(at, item):
                sink.insert(at, item)
            case Set(at, item):
                sink.set(at, item)
            case Remove(at):
                sink.remove(at)
            case Move(at, to):
                sink.move(at, to)
            case Reset(items):
                sink.reset(items)
