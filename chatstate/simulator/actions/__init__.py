"""What random people do, each thing with its weight."""

from collections.abc import Callable

from chatstate.simulator.actions import extras, mine, rooms, staff, talk
from chatstate.simulator.actions.crowd import Crowd
from chatstate.simulator.chance import Odds
from chatstate.simulator.event import Events

Action = Callable[[Crowd], Events]

ACTIONS: Odds[Action] = Odds(*talk.WEIGHTS, *mine.WEIGHTS, *rooms.WEIGHTS, *staff.WEIGHTS, *extras.WEIGHTS)
"""An action may find nothing to do; then nothing happens."""

__all__ = ["ACTIONS", "Action", "Crowd"]
