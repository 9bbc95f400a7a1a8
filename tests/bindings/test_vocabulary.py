"""One vocabulary: what one learns of one toolkit's binding is so for all of them."""

import importlib
import inspect

import pytest

from tests.bindings.lives import ids, unread
from tests.bindings.toolkits import needs
from tests.stories import a_store

TOOLKITS = {
    "textual": "textual",
    "qt": "PySide6.QtCore",
    "tk": "tkinter",
    "jupyter": "anywidget",
    "sequence": "builtins",
}
ITS_OWN = {"textual": {"bind_diffs"}, "qt": {"ListModel", "Value"}, "jupyter": {"MessageList"}}
"""What only one toolkit has a use for."""

WITH_ROWS_OF_ONES_OWN = {"textual", "jupyter", "sequence"}
"""Where rows are objects that somebody made, and may update."""


@pytest.fixture(params=TOOLKITS)
def binding(request):
    """The name of a binding, and its module."""
    needs(TOOLKITS[request.param])
    return request.param, importlib.import_module(f"chatstate.bindings.{request.param}")


def parameters(function):
    return list(inspect.signature(function).parameters)


def test_every_binding_exports_the_same_names(binding):
    name, module = binding

    assert set(module.__all__) - ITS_OWN.get(name, set()) == {"bind", "bind_list"}


def test_what_is_exported_is_called_with_the_same_words(binding):
    name, module = binding
    words = ["target", "source", "row", "key", *(["update"] if name in WITH_ROWS_OF_ONES_OWN else [])]

    assert (parameters(module.bind)[:3], parameters(module.bind_list)[: len(words)]) == (
        ["target", "name", "source"],
        words,
    )


class Target:
    """Anything with an attribute."""

    value = None


@pytest.mark.parametrize("source", [ids(a_store()), len, lambda store: 7])
def test_a_value_is_bound_to_a_selector_of_one(source):
    from chatstate.bindings.sequence import bind

    with pytest.raises(TypeError, match=r"what store\.select\(\.\.\.\) answers"):
        bind(Target(), "value", source)


@pytest.mark.parametrize("source", [unread(a_store()), len, lambda store: []])
def test_rows_are_bound_to_a_selector_of_a_list(source):
    from chatstate.bindings.sequence import bind_list

    with pytest.raises(TypeError, match=r"what store\.select_list\(\.\.\.\) answers"):
        bind_list([], source)
