"""Which modules of the package can be looked through for doctests: a binding needs its toolkit."""

from importlib import import_module

TOOLKITS = {
    "jupyter": ("ipywidgets", "anywidget"),
    "qt": ("PySide6.QtCore",),
    "textual": ("textual",),
    "tk": ("tkinter",),
}


def _is_there(toolkit: str) -> bool:
    try:
        import_module(toolkit)
    except ImportError:
        return False
    return True


collect_ignore = [
    f"chatstate/bindings/{binding}.py" for binding, toolkits in TOOLKITS.items() if not all(map(_is_there, toolkits))
]
