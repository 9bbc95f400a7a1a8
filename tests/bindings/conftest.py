"""What tests of several toolkits need."""

import os

import pytest

from tests.bindings.toolkits import needs


@pytest.fixture(scope="session")
def application():
    """Qt's one application, without a screen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    widgets = needs("PySide6.QtWidgets")
    return widgets.QApplication.instance() or widgets.QApplication([])
