"""Toolkits that may not be there: a test that needs one skips, and where nothing may skip it fails."""

import importlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


def needs(toolkit: str) -> Any:
    """The toolkit; without it, skip the module with a word, or fail where ``CHATSTATE_SKIPS_NOTHING`` is set."""
    try:
        return importlib.import_module(toolkit)
    except ImportError as error:
        without(f"{toolkit} is not installed: {error}")


def without(reason: str) -> None:
    """Skip what cannot be tested here, unless nothing may be skipped."""
    if os.environ.get("CHATSTATE_SKIPS_NOTHING"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, allow_module_level=True)


@contextmanager
def a_display() -> Iterator[None]:
    """A display to show windows on: that of the desk, or Xvfb; without either, skip with a word."""
    if os.environ.get("DISPLAY"):
        yield
        return
    xvfb = shutil.which("Xvfb")
    if xvfb is None:
        without("there is no display, and no Xvfb")
        return
    told, tell = os.pipe()
    command = [xvfb, "-displayfd", str(tell), "-screen", "0", "800x600x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[tell], stderr=subprocess.DEVNULL) as server:
        os.close(tell)
        with os.fdopen(told) as said:
            os.environ["DISPLAY"] = f":{said.readline().strip()}"
        try:
            yield
        finally:
            del os.environ["DISPLAY"]
            server.terminate()
