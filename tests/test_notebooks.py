"""The notebooks: they run from a clean kernel, warn of nothing, draw their pictures, and are kept without output."""

import asyncio
import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from importlib.util import find_spec
from itertools import chain
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

NOTHING_SKIPS = "CHATSTATE_SKIPS_NOTHING" in os.environ
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


def drawing(cells: list[Any]) -> list[Any]:
    """The cells that have a picture to draw, and what that needs. Where nothing may be skipped, everything is there."""
    return [cell for cell in cells if "picture" in cell.metadata.get("tags", ()) and (NOTHING_SKIPS or has_all(cell))]


def has_all(cell: Any) -> bool:
    """Whether all toolkits are here that a cell's tags say it needs."""
    return all(IS_HERE[tag.removeprefix("needs-")]() for tag in cell.metadata["tags"] if tag.startswith("needs-"))


@pytest.fixture(scope="module")
def executed() -> Iterator[Callable[[Path], list[Any]]]:
    """The code cells of a notebook after its run. Alone in the house, a process runs several of them at a time."""
    for library in ("nbclient", "ipykernel", "ipywidgets", "anywidget", "matplotlib", "httpx", "uvicorn", "jwt"):
        needs(library)
    with a_display() if IS_HERE["tkinter"]() else nullcontext():
        if "PYTEST_XDIST_WORKER" in os.environ:
            yield run
            return
        with ThreadPoolExecutor(AT_A_TIME) as kernels:
            runs = {notebook: kernels.submit(run, notebook) for notebook in NOTEBOOKS}
            yield lambda notebook: runs[notebook].result()
            kernels.shutdown(cancel_futures=True)


def run(notebook: Path) -> list[Any]:
    """Run a notebook in a kernel of its own, as ``jupyter lab`` begins one for it."""
    import nbclient
    import nbformat

    read = nbformat.read(notebook, as_version=4)
    client = nbclient.NotebookClient(read, timeout=ENOUGH, resources={"metadata": {"path": str(notebook.parent)}})
    asyncio.run(client.async_execute())
    return [cell for cell in read.cells if cell.cell_type == "code"]


def test_there_are_six_of_them_and_the_readme_names_each():
    assert [notebook.name[:2] for notebook in NOTEBOOKS] == ["1-", "2-", "3-", "4-", "5-", "6-"]
    assert [notebook.name for notebook in NOTEBOOKS if f"notebooks/{notebook.name}" not in README] == []


@each_notebook
@pytest.mark.filterwarnings("default")  # what a kernel and its client warn each other of is not ours
def test_it_runs_and_draws_every_picture_and_has_nothing_to_warn_of(notebook, executed):
    cells = executed(notebook)

    warnings = [output.text for cell in cells for output in cell.outputs if output.get("name") == "stderr"]
    pictures = [PICTURES & {*chain(*(output.get("data", ()) for output in cell.outputs))} for cell in drawing(cells)]
    assert warnings == []
    assert pictures
    assert all(pictures)


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
