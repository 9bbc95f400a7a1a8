"""The rules of the house: what may import what, how long things may grow, and that the README tells the truth."""

import ast
import doctest
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

HOUSE = Path(__file__).parent.parent
PACKAGE = HOUSE / "chatstate"
README = HOUSE / "README.md"

OUTERMOST = "__main__"
LEVELS = (
    {"errors", "ids", "clock", "stream"},
    {"signal"},
    {"model"},
    {"state"},
    {"settle"},
    {"events"},
    {"wire", "answers"},
    {"views", "overlay", "local"},
    {"reactive"},
    {"store"},
    {"selectors"},
    {"io", "bindings", "simulator"},
    {"server", "live", "replay"},
    {"inspector", "chat"},
    {"chatstate"},
    {"cli"},
    {OUTERMOST},
)
"""The rooms, innermost first: each may know those before it. ``chatstate`` is the package's own list of names."""

LEVEL = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}
STRANGERS = (
    {"io", "bindings"}, {"simulator", "io"}, {"simulator", "bindings"}, {"live", "bindings"}, {"live", "simulator"},
    {"live", "server"}, {"chat", "inspector"}, {"chat", "replay"}, {"chat", "simulator"}, {"chat", "io"},
)  # fmt: skip
SIMULATOR_KNOWS = {"simulator", "ids", "clock"}
SERVER_KNOWS = SIMULATOR_KNOWS | {"server"}

BINDING_OF = {
    "textual": "textual", "PySide6": "qt", "shiboken6": "qt", "tkinter": "tk",
    "anywidget": "jupyter", "ipywidgets": "jupyter", "traitlets": "jupyter",
}  # fmt: skip
"""Which module of ``bindings`` may know which toolkit."""

TOOLKITS = {"rich", "httpx", "starlette", "uvicorn", "jwt", "urwid", "psygnal", *BINDING_OF}
EDGES = {"cli", "bindings", "chat", "inspector", "io", "server", "live"}

LONGEST_FUNCTION = 40
LONGEST_FILE = 400

# Not written out as paths, or this file would break its own rule.
ABSOLUTE = re.compile(r"(?<![\w.:/~-])/(?:work|home|root|tmp|Users)/")


def sources(*folders: str) -> Iterator[Path]:
    return chain.from_iterable(sorted((HOUSE / folder).rglob("*.py")) for folder in folders)


def tree(source: Path) -> ast.Module:
    return ast.parse(source.read_text(encoding="utf-8"), str(source))


def place(source: Path, line: int) -> str:
    return f"{source.relative_to(HOUSE)}:{line}"


def room_of(module: str) -> str:
    """The room of a dotted name: ``model`` of ``chatstate.model.row``, ``chatstate`` of what its ``__init__`` names."""
    parts = module.split(".")
    name = parts[1] if len(parts) > 1 else ""
    return name if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file() else "chatstate"


def imported(source: Path) -> Iterator[tuple[int, str]]:
    """Every import, wherever it stands, as its line and a dotted name."""
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)


def known_rooms() -> Iterator[tuple[str, str, str]]:
    """Who knows whom: a room, one that it imports, and where."""
    for source in sources("chatstate"):
        room = "chatstate" if source == PACKAGE / "__init__.py" else source.relative_to(PACKAGE).parts[0]
        for line, module in imported(source):
            if module.split(".")[0] == "chatstate":
                yield room.removesuffix(".py"), room_of(module), place(source, line)


def test_every_room_has_a_level():
    rooms = {room for knows, known, _ in known_rooms() for room in (knows, known)}

    assert rooms - set(LEVEL) == set()


def test_imports_point_inward():
    outward = [f"{where}: {room} imports {known}" for room, known, where in known_rooms() if LEVEL[room] < LEVEL[known]]

    assert outward == []


def test_the_edges_do_not_know_each_other():
    acquainted = [
        f"{where}: {room} imports {known}" for room, known, where in known_rooms() if {room, known} in STRANGERS
    ]

    assert acquainted == []


@pytest.mark.parametrize(("which", "may_know"), [("simulator", SIMULATOR_KNOWS), ("server", SERVER_KNOWS)])
def test_the_service_knows_nothing_of_the_store(which, may_know):
    knows = {(known, where) for room, known, where in known_rooms() if room == which}

    assert [f"{where}: {known}" for known, where in sorted(knows) if known not in may_know] == []


def test_imports_are_absolute():
    relative = [
        place(source, node.lineno)
        for source in sources("chatstate")
        for node in ast.walk(tree(source))
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert relative == []


def test_toolkits_are_imported_at_the_edges_only():
    strays = [
        f"{place(source, line)}: {module}"
        for source in sources("chatstate")
        for line, module in imported(source)
        if module.split(".")[0] in TOOLKITS and source.relative_to(PACKAGE).parts[0].removesuffix(".py") not in EDGES
    ]

    assert strays == []


def test_a_toolkit_is_imported_by_its_own_binding_only():
    strays = [
        f"{place(source, line)}: {module}"
        for source in sources("chatstate/bindings")
        for line, module in imported(source)
        if (toolkit := module.split(".")[0]) in TOOLKITS and source.stem != BINDING_OF.get(toolkit)
    ]

    assert strays == []


def test_importing_the_package_loads_no_toolkit():
    told = "import sys, chatstate; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", told], cwd=HOUSE, capture_output=True, text=True, check=True).stdout

    assert set(loaded.split()) & TOOLKITS == set()


def test_no_function_is_too_long():
    long = [
        f"{place(source, node.lineno)}: {node.name} has {length} lines"
        for source in sources("chatstate", "tests", "benchmarks", "notebooks")
        for node in ast.walk(tree(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]

    assert long == []


def test_no_file_is_too_long():
    lengths = {
        str(source.relative_to(HOUSE)): len(source.read_text(encoding="utf-8").splitlines())
        for source in sources("chatstate", "tests", "benchmarks", "notebooks")
    }

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_only_the_command_line_prints():
    printing = [
        place(source, node.lineno)
        for source in sources("chatstate", "tests")
        for node in ast.walk(tree(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        if PACKAGE / "cli" not in source.parents
    ]

    assert printing == []


def test_nothing_names_a_place_on_one_machine():
    written = (
        file
        for folder in ("chatstate", "tests", "benchmarks", "notebooks")
        for file in (HOUSE / folder).rglob("*")
        if file.suffix in {".py", ".md", ".toml", ".ipynb"}
    )
    naming = [
        f"{place(file, line)}: {text.strip()}"
        for file in chain(written, HOUSE.glob("*.md"), HOUSE.glob("*.toml"))
        for line, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if ABSOLUTE.search(text)
    ]

    assert naming == []


def readme_blocks() -> Iterator[tuple[int, str]]:
    """The Python blocks of the README, each with the line it begins after."""
    text = README.read_text(encoding="utf-8")
    for block in re.finditer(r"^```(?:python|pycon|py)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield text.count("\n", 0, block.start(1)), block[1]


needs_readme = pytest.mark.skipif(not README.is_file(), reason="there is no README")


@needs_readme
def test_the_readmes_sessions_run_as_they_are_written():
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    names: dict[str, Any] = {"__name__": "__main__"}
    failures: list[str] = []
    for line, block in readme_blocks():
        session = doctest.DocTestParser().get_doctest(block, {}, README.name, str(README), line)
        session.globs = names  # one reader reads it all: a block knows what those before it made
        runner.run(session, out=failures.append, clear_globs=False)

    assert failures == []


@needs_readme
def test_the_readmes_other_python_is_python():
    for line, block in readme_blocks():
        if ">>>" not in block:
            compile("\n" * line + block, str(README), "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@needs_readme
def test_the_readmes_pictures_are_there_and_not_too_large():
    pictures = [HOUSE / path for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README.read_text(encoding="utf-8"))]

    assert {str(each): each.stat().st_size for each in pictures if each.stat().st_size > 300_000} == {}
