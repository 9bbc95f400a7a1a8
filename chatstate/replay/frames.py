"""The frames of a log: read once from the front, and each of them again by its place."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import IO

from chatstate.errors import Fault
from chatstate.io.logfile import STDIN, opened, read_lines


class Frames:
    """The lines of a log file. What cannot be sought in, as zipped or piped, is kept in a file without a name."""

    def __init__(self, path: str, *, follow: bool = False) -> None:
        """Open the log; ``follow`` leaves a last line alone until it is whole. Raises ``OSError``, ``ValueError``."""
        if follow and (path == STDIN or path.endswith(".gz")):
            raise ValueError(f"only a plain file can be followed, not {path}")
        self._follow = follow
        self._open = ExitStack()
        self._source: IO[bytes] = self._open.enter_context(opened(path))
        self._kept: IO[bytes] | None = None
        if path == STDIN or path.endswith(".gz"):
            self._kept = self._open.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 (the stack closes it)
        else:
            self._again: IO[bytes] = self._open.enter_context(opened(path))
        self.offset = 0
        """How many bytes were read."""
        self._broken = False

    def close(self) -> None:
        """Let go of the files."""
        self._open.close()

    def more(self, report: Callable[[Fault], None]) -> Iterator[bytes]:
        """The lines from where reading stopped to the present end of the log, each with its line feed.

        Where it cannot be read further, that is reported, once.
        """
        if self._broken:
            return

        def broken(fault: Fault) -> None:
            self._broken = True
            report(fault)

        for line in read_lines(self._source, broken):
            if self._follow and not line.endswith(b"\n"):
                self._source.seek(self.offset)
                return
            if self._kept is not None:
                self._kept.write(line)
            self.offset += len(line)
            yield line

    def at(self, offset: int) -> bytes:
        """The line that begins there, without its line feed."""
        if self._kept is None:
            self._again.seek(offset)
            return self._again.readline().rstrip(b"\r\n")
        end = self._kept.tell()
        self._kept.seek(offset)
        line = self._kept.readline()
        self._kept.seek(end)
        return line.rstrip(b"\r\n")
