"""Kinds that an application might declare, for tests."""

from chatstate import Event, event, reduces
from tests.objects import Frame, Moment
from tests.stories import frame


@event("test.fails_halfway")
class FailsHalfway(Event):
    """An event whose reducer empties every table and then raises."""


@reduces(FailsHalfway)
def fails_halfway(state, event):
    for table in state.tables.values():
        for key in list(table):
            table.drop(key)
    raise LookupError("half-way")


def failing(*, at: Moment) -> Frame:
    """A frame whose reducer fails half-way."""
    return frame("test.fails_halfway", at)
