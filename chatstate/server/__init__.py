"""A local service that speaks the protocol: the simulated world behind real sockets, with several real users in it.

``town`` is the world and who is connected to it, ``rest`` the calls, ``sockets`` the connections, ``faults`` what goes
wrong on demand, ``service`` all of it on a port. For development and tests: its secret is known to everyone.
"""

from chatstate.server.limits import Limits
from chatstate.server.service import NAMES, Service

__all__ = ["NAMES", "Limits", "Service"]
