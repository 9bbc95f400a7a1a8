"""Logs that several tests look at."""

import pytest

from tests.inspector.logs import STORY, simulated, written


@pytest.fixture
def log(tmp_path):
    """The story, as a log."""
    return written(tmp_path / "log.ndjson", STORY)


@pytest.fixture
def busy(tmp_path):
    """A busy service's log."""
    return written(tmp_path / "busy.ndjson", simulated())
