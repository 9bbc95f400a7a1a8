"""A seeded model of the chat service: frames as one user's socket carries them, and the truth behind them.

``world`` and ``rules`` are the service, ``actions`` what random people do on it, ``frames`` and ``payloads`` what each
recipient is sent, ``truth`` what a recipient could know.
"""

from chatstate.simulator.chaos import chaos
from chatstate.simulator.simulation import Simulation

__all__ = ["Simulation", "chaos"]
