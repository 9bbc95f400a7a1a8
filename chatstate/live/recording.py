"""A recording: every frame as it came, one a line, and all else that the service told, in files that a replay reads.

What else it told are events of our own, as ``chatstate.local`` describes them: so a log that was recorded from the
beginning leaves behind what the client knew.
"""

import gzip
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import orjson

LARGEST_FILE = 256 * 2**20
"""Bytes of frames after which a recording goes on in another file."""


class Recording:
    """Writes frames to ``path``, gzipped where it ends in ``.gz``, and then to ``path.1``, ``path.2`` and so on.

    Every frame is on its way to the disk when ``write`` returns: of a recording that was interrupted, all whole lines
    can be replayed. A file that is there is never written over; its numbers are passed by. ``most`` frames are written
    at most. Raises ``OSError``.
    """

    def __init__(self, path: str | Path, *, largest: int = LARGEST_FILE, most: int | None = None) -> None:
        self._path = Path(path)
        self._largest, self._most = largest, most
        self._number = 0
        self._written = 0
        self.frames = 0
        """How many were written."""
        self.paths: list[Path] = []
        """The files that were written, in order."""
        self._file, self._zip = self._open()

    @property
    def full(self) -> bool:
        """Whether as many frames were written as were wanted; nothing more is then."""
        return self._most is not None and self.frames >= self._most

    def write(self, frame: str | bytes) -> None:
        """Write a frame; one that holds a line break is written without. O(its length)."""
        line = frame.encode() if isinstance(frame, str) else frame
        if b"\n" in line or b"\r" in line:
            line = _on_one_line(line)
        if not self.full:
            self._put(line)
            self.frames += 1

    def note(self, event: Mapping[str, Any]) -> None:
        """Write an event that was no frame, as that an answer came; it does not count as one. O(its length)."""
        if not self.full:
            self._put(orjson.dumps(event))

    def _put(self, line: bytes) -> None:
        if self._written and self._written + len(line) > self._largest:
            self.close()
            self._file, self._zip = self._open()
        out: Any = self._file if self._zip is None else self._zip
        out.write(line + b"\n")
        out.flush()
        self._file.flush()
        self._written += len(line) + 1

    def close(self) -> None:
        """End it."""
        if self._zip is not None:
            self._zip.close()
        self._file.close()

    def _open(self) -> tuple[IO[bytes], gzip.GzipFile | None]:
        while True:
            path = self._path if self._number == 0 else self._numbered()
            self._number += 1
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                continue
            self._written = 0
            self.paths.append(path)
            file = os.fdopen(descriptor, "wb")
            return file, gzip.GzipFile(fileobj=file, mode="wb") if path.suffix == ".gz" else None

    def _numbered(self) -> Path:
        """``log.ndjson.gz`` and then ``log.1.ndjson.gz``."""
        stem, dot, rest = self._path.name.partition(".")
        return self._path.with_name(f"{stem}.{self._number}{dot}{rest}")


def _on_one_line(frame: bytes) -> bytes:
    try:
        return orjson.dumps(orjson.loads(frame))
    except orjson.JSONDecodeError:
        return frame.replace(b"\n", b" ").replace(b"\r", b" ")
