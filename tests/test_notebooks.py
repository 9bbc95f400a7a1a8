"""The notebooks: they run from a clean kernel, warn of nothing, draw their pictures, and are kept without output."""

import asyncio
import json
import os
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.bindings.toolkits import a_display, needs

HOUSE = Path(__file__).parent.parent
NOTEBOOKS = sorted((HOUSE / "notebooks").glob("*.ipynb"))
README = (HOUSE / "README.md").read_text(encoding="utf-8")

ENOUGH = 120
"""After so many seconds a cell hangs."""

AT_A_TIME = 3
"""So many kernels work while others start."""

SCREEN = 40
"""How many lines of code are seen at once."""

PICTURES = {"image/png", "image/svg+xml"}

IS_HERE: dict[str, Callable[[], bool]] = {
    "textual": lambda: find_spec("textual") is not None,
    "PySide6": lambda: find_spec("PySide6") is not None,
    "tkinter": lambda: find_spec("tkinter") is not None and bool(os.environ.get("DISPLAY") or shutil.which("Xvfb")),
}
"""Toolkits that a picture may need: the tags of its cell say ``needs-`` and which."""

each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)


def code_of(notebook: Path) -> list[Any]:
    return [cell for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def is_drawn_here(cell: Any) -> bool:
    """Whether a cell has a picture to draw, and what that needs. Where nothing may be skipped, everything is there."""
    tags = cell.metadata.get("tags", ())
    needed = [tag.removeprefix("needs-") for tag in tags if tag.startswith("needs-")]
    return "picture" in tags and ("CHATSTATE_SKIPS_NOTHING" in os.environ or all(IS_HERE[each]() for each in needed))


def executed(notebook: Path) -> list[Any]:
    """The code cells of a notebook after its run. Raises what a cell raised."""
    run = runs()[notebook]
    if isinstance(run, BaseException):
        raise run
    return [cell for cell in run.cells if cell.cell_type == "code"]


@cache
def runs() -> dict[Path, Any]:
    """The notebooks after their runs, each in a kernel of its own, as ``jupyter lab`` begins one; some at a time."""
    for library in ("nbclient", "ipykernel", "ipywidgets", "anywidget", "matplotlib", "httpx", "uvicorn", "jwt"):
        needs(library)

    async def run_all() -> list[Any]:
        turns = asyncio.Semaphore(AT_A_TIME)
        return await asyncio.gather(*(run(notebook, turns) for notebook in NOTEBOOKS), return_exceptions=True)

    with a_display() if IS_HERE["tkinter"]() else nullcontext():
        return dict(zip(NOTEBOOKS, asyncio.run(run_all()), strict=True))


async def run(notebook: Path, turns: asyncio.Semaphore) -> Any:
    import nbclient
    import nbformat

    read = nbformat.read(notebook, as_version=4)
    client = nbclient.NotebookClient(read, timeout=ENOUGH, resources={"metadata": {"path": str(notebook.parent)}})
    async with turns:
        return await client.async_execute()


def test_there_are_six_of_them_and_the_readme_names_each():
    assert [notebook.name[:2] for notebook in NOTEBOOKS] == ["1-", "2-", "3-", "4-", "5-", "6-"]
    assert [notebook.name for notebook in NOTEBOOKS if f"notebooks/{notebook.name}" not in README] == []


@each_notebook
@pytest.mark.filterwarnings("default")  # what a kernel and its client warn each other of is not ours
def test_it_runs_and_has_nothing_to_warn_of(notebook):
    outputs = [output for cell in executed(notebook) for output in cell.outputs]

    assert [output.text for output in outputs if output.get("name") == "stderr"] == []


@each_notebook
@pytest.mark.filterwarnings("default")
def test_it_draws_every_picture(notebook):
    pictures = [cell for cell in executed(notebook) if is_drawn_here(cell)]
    missing = [
        cell.source for cell in pictures if not any(PICTURES & {*output.get("data", ())} for output in cell.outputs)
    ]

    assert missing == []
    assert pictures


@each_notebook
def test_it_is_kept_without_what_a_run_leaves_in_it(notebook):
    # jupyter nbconvert --clear-output --inplace notebooks/*.ipynb
    left = [cell["id"] for cell in code_of(notebook) if cell["outputs"] or cell["execution_count"] is not None]

    assert left == []
    assert "widgets" not in json.loads(notebook.read_text(encoding="utf-8"))["metadata"]


@each_notebook
def test_each_of_its_cells_is_seen_at_once(notebook):
    long = {cell["id"]: lines for cell in code_of(notebook) if (lines := len(cell["source"])) > SCREEN}

    assert long == {}
