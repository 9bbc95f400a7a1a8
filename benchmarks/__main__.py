"""``python -m benchmarks [NAME …]``: those named, or all of them. ``BENCHMARKS`` lists the names."""

import sys

from benchmarks import growth, lists, memory, reading, replay, selectors

BENCHMARKS = {
    "decode": replay.decode,
    "replay": replay.run,
    "growth": growth.run,
    "memory": memory.run,
    "reading": reading.run,
    "selectors": selectors.run,
    "lists": lists.run,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks. Answers 2 for a name that is none."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    if "replay" in names and "decode" in names:
        names = [name for name in names if name != "decode"]  # replay measures both, in turns
    for name in names or list(BENCHMARKS):
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
