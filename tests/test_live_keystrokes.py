"""Typing is told at most every 2 s, and its end after 1 s without a key."""

from chatstate.live.keystrokes import Typing


class Loop:
    """A clock, and what is to be called later by it."""

    def __init__(self):
        self.now, self.later, self.told = 0.0, [], []
        self.typing = Typing(lambda place, kind: self.told.append((self.now, place, kind)), lambda: self.now, self.at)

    def at(self, when, call, *arguments):
        self.later.append((when, call, arguments))

    def until(self, now):
        while due := sorted(each for each in self.later if each[0] <= now):
            self.later.remove(due[0])
            self.now = due[0][0]
            due[0][1](*due[0][2])
        self.now = now

    def strike(self, now, place="here"):
        self.until(now)
        self.typing.strike(place)


def test_the_first_key_tells_that_typing_began():
    loop = Loop()
    loop.strike(0)

    assert loop.told == [(0, "here", "typing.start")]


def test_many_keys_tell_every_two_seconds():
    loop = Loop()
    for tenth in range(50):
        loop.strike(tenth / 10)

    assert [when for when, _, _ in loop.told] == [0, 2, 4]


def test_a_second_without_a_key_tells_that_it_ended_once():
    loop = Loop()
    loop.strike(0)
    loop.strike(0.5)
    loop.until(9)

    assert loop.told == [(0, "here", "typing.start"), (1.5, "here", "typing.stop")]


def test_after_the_end_the_next_key_tells_at_once():
    loop = Loop()
    loop.strike(0)
    loop.strike(1.2)

    assert [kind for _, _, kind in loop.told] == ["typing.start", "typing.stop", "typing.start"]


def test_what_was_sent_needs_no_end():
    loop = Loop()
    loop.strike(0)
    loop.typing.sent("here")
    loop.until(9)

    assert [kind for _, _, kind in loop.told] == ["typing.start"]


def test_a_key_after_what_was_sent_begins_anew():
    loop = Loop()
    loop.strike(0)
    loop.typing.sent("here")
    loop.strike(0.5)
    loop.until(9)

    assert [(when, kind) for when, _, kind in loop.told] == [
        (0, "typing.start"), (0.5, "typing.start"), (1.5, "typing.stop"),
    ]  # fmt: skip


def test_places_do_not_disturb_each_other():
    loop = Loop()
    loop.strike(0, "here")
    loop.strike(0.1, ("there", "thread"))

    assert [place for _, place, _ in loop.told] == ["here", ("there", "thread")]
