"""Toolkits that may not be there: a test that needs one skips, and where nothing may skip it fails."""

import importlib
import os
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
