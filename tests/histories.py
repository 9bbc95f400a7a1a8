"""Generated histories: what a service might send one user in a while, coherent, in the order it happened.

A move is a name and three small numbers; a ``World`` makes frames of it, so that histories shrink well. Every event has
a time of its own, later than the ones before.
"""

import json
from collections.abc import Collection, Sequence

from hypothesis import settings
from hypothesis import strategies as st

from tests.objects import Frame
from tests.room_moves import MOVES, added
from tests.stories import frame
from tests.world import CIDS, PEOPLE, World

few = settings(max_examples=max(10, settings().max_examples // 4))
"""For laws of which each example takes long."""

Move = tuple[str, int, int, int]


OFTEN = ("say",) * 4 + ("reply", "react", "edit", "delete", "read", "quote", "ask", "vote") * 2


def histories(
    *, without: Collection[str] = (), min_size: int = 6, max_size: int = 24
) -> st.SearchStrategy[list[bytes]]:
    """Frames in the order of their times, as they are on the wire, made by every move but those."""
    number = st.integers(0, 7)
    names = st.sampled_from([*OFTEN, *sorted(MOVES.keys() - without)])
    return st.lists(st.tuples(names, number, number, number), min_size=min_size, max_size=max_size).map(history)


def history(moves: Sequence[Move]) -> list[bytes]:
    """What is sent while these moves are made, after the ``PRELUDE`` frames that make rooms and members known."""
    world = World()
    frames = prelude(world)
    for name, who, what, how in moves:
        frames += MOVES[name](world, who, what, how)
    return [json.dumps(made).encode() for made in frames]


PRELUDE = 1 + (1 + len(PEOPLE)) * len(CIDS)


def prelude(world: World) -> list[Frame]:
    """I connect, am a member of every room, and everyone has read everything."""
    me = world.own_user(total_unread_count=0, unread_channels=0, unread_threads=0)
    frames = [frame("health.check", world.next(), connection_id="c-1", me=me) | {"cid": "*"}]
    for room in world.rooms.values():
        room.members = dict.fromkeys(PEOPLE, -1000)
        frames.append(added(world, room))
        frames += [frame("message.read", world.next(), room.cid, by=world.user(id)) for id in PEOPLE]
    return frames


Delays = list[list[int]]


def delays(at_most: int = 8) -> st.SearchStrategy[Delays]:
    """How many places late each frame arrives: once, or twice."""
    return st.lists(st.lists(st.integers(0, at_most), min_size=1, max_size=2), max_size=30)


def disordered(ordered: Sequence[bytes], late: Delays, *, punctual: Collection[str] = ()) -> list[bytes]:
    """The same frames, as late and as often as ``late`` says of each, but for the first few and those of some kinds."""
    opening, rest = ordered[:PRELUDE], ordered[PRELUDE:]
    arrivals = []
    for place, made in enumerate(rest):
        in_time = place >= len(late) or json.loads(made)["type"] in punctual
        arrivals += [(place + by, place) for by in ([0] if in_time else late[place])]
    return [*opening, *(rest[place] for _, place in sorted(arrivals))]
