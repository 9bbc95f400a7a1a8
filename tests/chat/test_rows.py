"""Where rows stand: the one that is held stays held, whatever happens to the list."""

from hypothesis import given
from hypothesis import strategies as st

from chatstate.chat.rows import GUESS, Rows
from chatstate.reactive import Insert, Move, Remove, Reset, apply

CHANGES = st.lists(
    st.tuples(st.sampled_from(["insert", "remove", "move", "measure"]), st.floats(0, 1), st.floats(0, 1))
)


def some_rows(count=10, height=3):
    rows = Rows()
    rows.change((Reset(tuple(f"r{at}" for at in range(count))),))
    for at in range(count):
        rows.measured(at, height)
    return rows


def changed(rows, steps):
    """Do to rows what was drawn; answers the ids as a plain list would hold them."""
    plain = list(rows.ids)
    for number, (what, where, whither) in enumerate(steps):
        at, to = int(where * (len(plain) - 1)), int(whither * (len(plain) - 1))
        if what == "measure" and plain:
            rows.measured(at, 1 + int(whither * 9))
        elif what == "insert":
            diffs = (Insert(int(where * len(plain)), f"new {number}"),)
            rows.change(diffs)
            apply(diffs, plain)
        elif plain:
            diffs = (Remove(at),) if what == "remove" else (Move(at, to),)
            rows.change(diffs)
            apply(diffs, plain)
    return plain


@given(CHANGES)
def test_the_rows_are_those_of_the_list(steps):
    rows = some_rows()
    plain = changed(rows, steps)

    assert rows.ids == plain
    assert len(rows.tops) == len(plain) + 1


@given(CHANGES, st.integers(0, 29))
def test_what_follows_the_held_row_stays_where_it_was(steps, line):
    rows = some_rows()
    rows.hold(line)
    held, left = rows.ids[rows.at], rows.left
    changed(rows, steps)

    if held in rows.ids:
        assert (rows.ids[rows.at], rows.left) == (held, left)
        assert rows.line == rows.tops[rows.at + 1] - left


@given(st.integers(0, 40))
def test_a_line_is_found_in_its_row(line):
    rows = some_rows()

    assert rows.row_at(line) == min(line // 3, 9)


def test_a_row_has_the_height_it_is_guessed_to_have_until_it_is_measured():
    rows = Rows()
    rows.change((Reset(("a", "b")),))
    guessed = rows.height
    rows.measured(0, 7)

    assert (guessed, rows.height) == (2 * GUESS, 7 + GUESS)


def test_where_the_held_row_goes_the_next_one_takes_its_place():
    rows = some_rows()
    rows.hold(7)
    rows.change((Remove(2),))

    assert (rows.ids[rows.at], rows.line) == ("r3", 6)


def test_a_list_that_begins_anew_is_held_where_it_was():
    rows = some_rows()
    rows.hold(16)
    rows.change((Reset(("x", "y", "r5", "z")),))

    assert (rows.ids[rows.at], rows.tops[3] - rows.line) == ("r5", 2)
