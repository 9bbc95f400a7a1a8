"""The messages in and around a view: what they say, and how they were drawn."""

from collections.abc import Callable, Sequence

from reactivex import abc
from textual.widget import Widget

from chatstate.bindings.textual import bind_diffs
from chatstate.chat.drawing import Around, Row
from chatstate.chat.said import Said, saying
from chatstate.reactive import Diffs, Insert, Remove, Reset, Set, apply
from chatstate.store import Store


class Nearby:
    """A selector of a stretch of messages, which follows the view; of all others nothing is known but their ids."""

    def __init__(self, target: Widget, store: Store, heard: Callable[[], object], *, in_thread: bool) -> None:
        """``heard`` is called when one of them says something else, in a frame of ``target``'s app."""
        self.said: dict[str, Said] = {}
        self._target, self._store, self._heard, self._in_thread = target, store, heard, in_thread
        self._listed: list[Said] = []
        self._drawn: dict[str, tuple[Said, Around, Row]] = {}
        self._watching: abc.DisposableBase | None = None

    def dispose(self) -> None:
        """Follow nothing."""
        if self._watching is not None:
            self._watching.dispose()
        self._watching = None

    def look_at(self, ids: Sequence[str], first: int, last: int, room: int) -> None:
        """Know what is said from ``first`` to ``last``, and by the one before; else by ``room`` more on both sides."""
        if all(id in self.said for id in ids[max(first - 1, 0) : last + 1]):
            return
        self.dispose()
        window = tuple(ids[max(first - 1 - room, 0) : last + 1 + room])
        self._listed, self._drawn = [], {id: self._drawn[id] for id in window if id in self._drawn}
        source = self._store.select_list(lambda store: [store.message(id) for id in window])
        told = source.each(saying(self._store, in_thread=self._in_thread))
        self._watching = bind_diffs(self._target, told, lambda _, diffs: self._hear(diffs))

    def drawn(self, said: Said, around: Around, draw: Callable[[Said, Around], Row]) -> Row:
        """A message as it is drawn; anew only where anything of it differs."""
        kept = self._drawn.get(said.id)
        if kept is not None and kept[0] == said and kept[1] == around:
            return kept[2]
        row = draw(said, around)
        self._drawn[said.id] = said, around, row
        return row

    def kept(self, id: str) -> Row | None:
        """A message as it was drawn last, if it was."""
        drawn = self._drawn.get(id)
        return None if drawn is None else drawn[2]

    def forget_drawing(self) -> None:
        """Draw all of them anew."""
        self._drawn.clear()

    def _hear(self, diffs: Diffs[Said]) -> None:
        apply(diffs, self._listed)
        for diff in diffs:
            match diff:
                case Reset() | Remove():
                    self.said = {said.id: said for said in self._listed}
                case Insert(_, said) | Set(_, said):
                    self.said[said.id] = said
                case _:
                    pass
        self._heard()
