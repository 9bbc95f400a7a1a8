"""An application's own kinds of events: declared as the library's are, with rows in tables of their own."""

from typing import Any, ClassVar

import pytest

from chatstate import ChannelEvent, DeclarationError, Event, Timestamp, UserId, event, reduces
from chatstate.events import event_base
from chatstate.model import User
from chatstate.model.row import refs, wire
from tests.objects import GENERAL, at, ns, user
from tests.stories import a_store, channel_deleted, emissions, faults_from, frame, message_new, then


@event_base
class GameEvent(ChannelEvent):
    """Something about a game."""

    game_id: str = ""
    square: int | None = None
    seconds: float = 0.0
    check: bool = False
    ends_at: Timestamp | None = None
    notes: tuple[str, ...] = ()
    clock: dict[str, int] | None = None
    board: dict[str, Any] | None = None
    opponent: User | None = None
    watching: tuple[UserId, ...] = refs("watching")
    piece: str = wire("figure", "pawn")


@event("game.moved")
class GameMoved(GameEvent):
    """Someone set a piece."""


@reduces(GameMoved)
def game_moved(state, event):
    games = state.table("games")
    games.put(event.game_id, (*games.get(event.game_id, ()), event.square))


@event("game.resigned")
class GameResigned(Event):
    """Someone gave up a game."""

    WINNER: ClassVar[str] = "nobody"

    game_id: str = ""


@reduces(GameResigned)
def game_resigned(state, event):
    state.table("games").drop(event.game_id)
    if event.raw.get("spill"):
        raise RuntimeError("the board fell over")


@event("game.shown", inert="looking at a game changes nothing")
class GameShown(GameEvent):
    """Someone looked at a game."""


@event("game.planned")
class GamePlanned(Event):
    """A game is to come; nothing reduces it yet."""


def moved(square, *, at=1, game="g1", **more):
    return frame("game.moved", at, GENERAL, by="bo", game_id=game, square=square, **more)


def resigned(*, at=9, game="g1", **more):
    return frame("game.resigned", at, by="bo", game_id=game, **more)


def games(store):
    return dict(store.state.table("games"))


def shown(**told):
    return frame("game.shown", 2, GENERAL, **told)


def heard(made):
    store, events = a_store(), []
    store.events.subscribe(events.append)
    then(store, made)
    return events[0]


def test_an_own_reducer_writes_an_own_table():
    assert games(a_store(moved(4), moved(7, at=2))) == {"g1": (4, 7)}


def test_an_own_table_is_empty_before_anything_is_put():
    assert games(a_store()) == {}


def test_a_row_of_an_own_table_may_be_dropped():
    assert games(a_store(moved(4), resigned())) == {}


def test_what_an_own_table_changed_is_told():
    changed = emissions(a_store(moved(4)), moved(7, at=2))

    assert [dict(changes.tables["games"]) for changes in changed] == [{"g1": ((4,), (4, 7))}]


def test_an_own_event_makes_its_channel_known():
    assert a_store(moved(4)).channel(GENERAL).exists


def test_an_own_event_tells_of_its_user():
    assert a_store(moved(4)).user("bo").name == "Bo"


def test_an_own_event_may_tell_a_total():
    assert a_store(moved(4, total_unread_count=6)).me.total_unread_count == 6


def test_an_own_event_of_a_deleted_channel_changes_nothing():
    assert games(a_store(message_new("m1"), channel_deleted(at=5), moved(4, at=4))) == {}


def test_an_own_reducer_that_raises_changes_nothing():
    store = a_store(moved(4))

    faults_from(store, resigned(spill=True))

    assert games(store) == {"g1": (4,)}


def test_an_own_reducer_that_raises_is_a_fault():
    faults = faults_from(a_store(), resigned(spill=True))

    assert [str(fault) for fault in faults] == ["game.resigned: RuntimeError: the board fell over"]


# Cells that are run again

DECLARED = """
@event("door.opened")
class DoorOpened(Event):
    'Somebody opened a door.'

    door: str = ""
"""
REDUCED = """
@reduces(DoorOpened)
def door_opened(state, event):
    state.table("doors").put(event.door, "{how}")
"""


def run_cell(source, session):
    """Run a cell of a notebook; what it declares is the session's."""
    exec(source, session)


def a_session():
    return {"__name__": "__main__", "event": event, "reduces": reduces, "Event": Event}


def test_a_cell_that_is_run_again_takes_its_own_place():
    session = a_session()
    for how in ("open", "wide open"):
        run_cell(DECLARED + REDUCED.format(how=how), session)

    store = a_store(frame("door.opened", 1, by="bo", door="d1"))

    assert dict(store.state.table("doors")) == {"d1": "wide open"}


def test_a_reducers_cell_may_be_run_again_alone():
    session = a_session()
    run_cell(DECLARED + REDUCED.format(how="open"), session)
    run_cell(REDUCED.format(how="ajar"), session)

    store = a_store(frame("door.opened", 1, by="bo", door="d1"))

    assert dict(store.state.table("doors")) == {"d1": "ajar"}


def test_another_cell_may_not_declare_the_same_kind():
    session = a_session()
    run_cell(DECLARED + REDUCED.format(how="open"), session)

    with pytest.raises(DeclarationError, match=r"door\.opened is declared already, by DoorOpened"):
        run_cell(DECLARED.replace("DoorOpened", "DoorMoved"), session)


# Fields

TOLD = {
    "game_id": ("g1", "g1"),
    "square": (4, 4),
    "seconds": (1.5, 1.5),
    "check": (True, True),
    "ends_at": (at(9), ns(9)),
    "notes": (["a", "b"], ("a", "b")),
    "clock": ({"bo": 3}, {"bo": 3}),
    "board": ({"rows": [1, None]}, {"rows": [1, None]}),
    "watching": ([user("ana"), user("cy")], ("ana", "cy")),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_field_reads_as_the_type_it_was_declared_with(name):
    told, read = TOLD[name]

    assert getattr(heard(shown() | {name: told}), name) == read


DEFAULTS = {
    "square": None,
    "seconds": 0.0,
    "check": False,
    "ends_at": None,
    "notes": (),
    "clock": None,
    "board": None,
    "opponent": None,
    "watching": (),
    "piece": "pawn",
    "channel": None,
    "team": None,
}


@pytest.mark.parametrize(("name", "default"), DEFAULTS.items(), ids=DEFAULTS)
def test_a_field_that_is_absent_is_its_default(name, default):
    assert getattr(heard(shown()), name) == default


@pytest.mark.parametrize(("name", "default"), DEFAULTS.items(), ids=DEFAULTS)
def test_a_field_that_is_null_is_its_default(name, default):
    assert getattr(heard(shown() | {name: None}), name) == default


def test_a_field_may_have_another_name_on_the_wire():
    assert heard(shown(figure="queen")).piece == "queen"


def test_an_embedded_user_reads_as_a_row():
    assert heard(shown(opponent=user("ana"))).opponent.name == "Ana"


def test_what_was_not_declared_is_custom():
    assert heard(shown(mood="calm", figure="rook")).custom == {"mood": "calm"}


def test_what_lies_under_custom_is_custom_too():
    assert heard(shown(mood="calm", custom={"tea": True})).custom == {"mood": "calm", "tea": True}


WRONG = {
    "game_id": (7, "expected a string at $.game_id, got 7"),
    "square": ("four", "expected a whole number at $.square, got 'four'"),
    "seconds": ("a while", "expected a number at $.seconds, got 'a while'"),
    "check": ("mate", "expected true or false at $.check, got 'mate'"),
    "ends_at": ("soon", "expected a time at $.ends_at, got 'soon'"),
    "notes": ("none", "expected a list at $.notes, got 'none'"),
    "clock": ({"bo": "late"}, "expected a whole number at $.clock.bo, got 'late'"),
    "board": ([], "expected an object at $.board, got a list"),
    "opponent": ({"id": 7}, "expected a string at $.opponent.id, got 7"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_field_says_what_it_should_be(name):
    told, problem = WRONG[name]
    made = heard(shown() | {name: told})

    with pytest.raises(ValueError, match=r"^expected ") as raised:
        getattr(made, name)

    assert str(raised.value) == problem


def test_a_wrong_field_that_its_reducer_reads_is_a_fault_with_its_path():
    faults = faults_from(a_store(), moved("four"))

    assert [(fault.kind, fault.path) for fault in faults] == [("game.moved", "$.square")]


def test_a_wrong_field_that_nobody_reads_harms_nobody():
    assert games(a_store(moved(4, seconds="a while"))) == {"g1": (4,)}


# Kinds


def test_an_own_event_of_a_channel_needs_a_cid():
    faults = faults_from(a_store(), frame("game.moved", 1, game_id="g1", square=4))

    assert [fault.path for fault in faults] == ["$.cid"]


def test_an_own_event_that_changes_something_needs_a_time():
    made = moved(4)
    del made["created_at"]

    assert [fault.path for fault in faults_from(a_store(), made)] == ["$.created_at"]


def test_an_own_inert_event_is_delivered_and_changes_nothing():
    store = a_store(moved(4))

    assert emissions(store, shown()) == []


def test_an_own_inert_event_needs_no_time():
    made = shown(square=4)
    del made["created_at"]

    assert heard(made).square == 4


def test_a_kind_that_nothing_reduces_yet_is_delivered():
    assert heard(frame("game.planned", 2)).kind == "game.planned"


def test_the_decorators_leave_a_class_and_a_function_that_can_be_used():
    assert (GameResigned.KIND, GameResigned.WINNER, game_resigned.__name__) == (
        "game.resigned",
        "nobody",
        "game_resigned",
    )
