"""Paths: what to look at in a store, written as one would in Python, and nothing but looking."""

import ast
from collections.abc import Callable, Sized
from typing import Any

from chatstate.errors import ChatStateError
from chatstate.views import Views

Look = Callable[[Any], Any]


class PathError(ChatStateError, ValueError):
    """A text is no path."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(text, problem)
        self.text = text
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.text!r} is no path: {self.problem}"


class Path:
    """What a path leads to: ``channel("messaging:general").unread``, ``me.total_unread_count``, ``len(users)``.

    Names, subscripts and calls with plain values, from the store on; ``len(...)`` around. Whatever is asked of None is
    None, and what is not there is None, so that a path may be followed before it leads anywhere.
    """

    def __init__(self, text: str) -> None:
        """Read a path. Raises ``PathError``."""
        self.text = text.strip()
        try:
            tree = ast.parse(self.text, mode="eval")
        except SyntaxError as error:
            raise PathError(self.text, error.msg) from None
        self._look = self._read(tree.body)

    def __call__(self, store: Views) -> Any:
        """What it leads to now. Raises ``PathError`` where the store has nothing of such a name."""
        return self._look(store)

    def __repr__(self) -> str:
        return f"Path({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Path) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def _read(self, node: ast.expr) -> Look:
        match node:
            case ast.Name(id=name):
                return self._attribute(lambda store: store, name)
            case ast.Attribute(value=inner, attr=name):
                return self._attribute(self._read(inner), name)
            case ast.Call(func=ast.Name(id="len"), args=[inner], keywords=[]):
                return _length(self._read(inner))
            case ast.Call(func=inner, args=given, keywords=[]):
                return _called(self._read(inner), [self._value(each) for each in given])
            case ast.Subscript(value=inner, slice=key):
                return _item(self._read(inner), self._value(key))
            case _:
                raise PathError(self.text, f"{ast.unparse(node)!r} is more than looking")

    def _attribute(self, inner: Look, name: str) -> Look:
        if name.startswith("_") or name == "state":
            raise PathError(self.text, f"{name!r} is not shown")

        def look(store: Any) -> Any:
            held = inner(store)
            if held is None:
                return None
            try:
                return getattr(held, name)
            except AttributeError:
                raise PathError(self.text, f"{type(held).__name__} has no {name!r}") from None

        return look

    def _value(self, node: ast.expr) -> Any:
        try:
            return ast.literal_eval(node)
        except ValueError:
            raise PathError(self.text, f"{ast.unparse(node)!r} is no plain value") from None


def _called(inner: Look, given: list[Any]) -> Look:
    def look(store: Any) -> Any:
        held = inner(store)
        return None if held is None else held(*given)

    return look


def _item(inner: Look, key: Any) -> Look:
    def look(store: Any) -> Any:
        held = inner(store)
        try:
            return None if held is None else held[key]
        except (KeyError, IndexError):
            return None

    return look


def _length(inner: Look) -> Look:
    def look(store: Any) -> Any:
        held = inner(store)
        return len(held) if isinstance(held, Sized) else None

    return look
