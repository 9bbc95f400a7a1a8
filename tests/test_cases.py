"""The forty cases of the contract are all there; each is a named test in one of the ``test_cases_*`` files."""

import re
from pathlib import Path


def test_every_case_has_a_test():
    text = "".join(path.read_text() for path in Path(__file__).parent.glob("test_cases_*.py"))
    numbered = {int(number) for number in re.findall(r'"""Case (\d+)[.:]', text)}

    assert numbered == set(range(1, 41))
