"""A binding whose toolkit is not installed says what would bring it."""

import subprocess
import sys

import pytest

WITHOUT = """
import sys
for name in {missing!r}:
    sys.modules[name] = None
try:
    import chatstate.bindings.{binding}
except ModuleNotFoundError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize(
    ("binding", "missing", "named"),
    [
        ("textual", ["textual"], "Textual"),
        ("qt", ["PySide6", "shiboken6"], "PySide6"),
        ("jupyter", ["anywidget", "ipywidgets"], "ipywidgets and anywidget"),
    ],
)
def test_a_toolkit_that_is_not_installed_is_named_with_its_extra(binding, missing, named):
    script = WITHOUT.format(binding=binding, missing=missing)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert done.stderr.strip() == f"chatstate.bindings.{binding} needs {named}: pip install 'chatstate[{binding}]'"


@pytest.mark.parametrize("arguments", [["events"], ["events", "message.new"], ["replay", "log.ndjson"]])
def test_a_command_that_lacks_rich_says_so_in_a_line(arguments):
    script = f"import sys; sys.modules['rich'] = None; from chatstate.cli import main; sys.exit(main({arguments!r}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert done.returncode == 2
    assert done.stderr.strip() == "chatstate: this command needs rich: pip install 'chatstate[cli]'"
