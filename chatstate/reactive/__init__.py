"""Values that are derived from a store, followed as it changes: selectors, lists as diffs, queries kept in order."""

from chatstate.reactive.diffs import Diffs, Insert, ListDiff, Move, Remove, Reset, Set, apply, merged
from chatstate.reactive.lists import ListSelector
from chatstate.reactive.selector import Selector

__all__ = [
    "Diffs", "Insert", "ListDiff", "ListSelector", "Move", "Remove", "Reset", "Selector", "Set", "apply", "merged",
]  # fmt: skip
