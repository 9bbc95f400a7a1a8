"""Hypothesis profiles: the same examples every time in CI, new ones at a desk."""

import os

from hypothesis import HealthCheck, settings

collect_ignore = ["typed"]
"""Read by type checkers, never run."""

_modest = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("desk", _modest)
settings.register_profile("ci", _modest, derandomize=True)
settings.register_profile("long", _modest, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "desk"))
