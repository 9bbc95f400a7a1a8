"""``python -m benchmarks [NAME …]``: those named, or all that are short. ``BENCHMARKS`` and ``LONG`` list the names."""

import sys

from benchmarks import growth, imports, lists, memory, reading, replay, selectors, soak, stages, travel

BENCHMARKS = {
    "decode": replay.decode,
    "replay": replay.run,
    "stages": stages.run,
    "growth": growth.run,
    "memory": memory.run,
    "reading": reading.run,
    "selectors": selectors.run,
    "lists": lists.run,
    "imports": imports.run,
    "travel": travel.run,
}
LONG = {"soak": soak.run}
"""Those that take minutes, run only where they are named."""


def main(names: list[str]) -> int:
    """Run the named benchmarks. Answers 2 for a name that is none."""
    known = BENCHMARKS | LONG
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    if "replay" in names and "decode" in names:
        names = [name for name in names if name != "decode"]  # replay measures both, in turns
    for name in names or list(BENCHMARKS):
        known[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
