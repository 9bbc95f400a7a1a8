"""Logs: one frame a line, plain or gzipped, as recorded or simulated."""

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from chatstate.errors import Fault

STDIN = "-"


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """The bytes of a log, unzipped where the name ends in ``.gz``; ``-`` is standard input. Raises ``OSError``."""
    if path == STDIN:
        yield sys.stdin.buffer
        return
    with open(path, "rb") as file:
        if path.endswith(".gz"):
            with gzip.open(file) as unzipped:
                yield unzipped  # type: ignore[misc]
        else:
            yield file


def read_lines(file: IO[bytes], report: Callable[[Fault], None]) -> Iterator[bytes]:
    """The lines of a log, to its end or to where it cannot be read further; the latter is reported with its line."""
    number = 0
    try:
        for line in file:
            number += 1
            yield line
    except (EOFError, OSError, zlib.error) as error:
        report(Fault(problem=f"the log cannot be read further: {error}", line=number + 1, error=error))


def size_of(path: str) -> int | None:
    """How many bytes the file has, None for standard input. Raises ``OSError``."""
    return None if path == STDIN else Path(path).stat().st_size
