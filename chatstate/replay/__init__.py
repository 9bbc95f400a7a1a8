"""The time machine: a recorded log, and the state as of any event in it."""

from chatstate.replay.difference import FieldChange, difference, fields_changed
from chatstate.replay.entries import Entry
from chatstate.replay.filter import Filter
from chatstate.replay.path import Path, PathError
from chatstate.replay.scene import Scene
from chatstate.replay.timeline import Timeline
from chatstate.replay.watch import Turn, Watch

__all__ = [
    "Entry",
    "FieldChange",
    "Filter",
    "Path",
    "PathError",
    "Scene",
    "Timeline",
    "Turn",
    "Watch",
    "difference",
    "fields_changed",
]
