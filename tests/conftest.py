"""How tests are run: with the same examples every time unless new ones are asked for, and side by side if many."""

import os

import pytest
from hypothesis import HealthCheck, settings

collect_ignore = ["typed"]
"""Read by type checkers, never run."""

_modest = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", _modest, max_examples=60, derandomize=True)
settings.register_profile("desk", _modest)
settings.register_profile("long", _modest, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One process for the few tests that were asked for by name; for all of them, one for each core."""
    return None if config.args_source is pytest.Config.ArgsSource.TESTPATHS else 0
