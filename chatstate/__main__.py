"""``python -m chatstate``, the same as ``chatstate``."""

import sys

from chatstate.cli import main

if __name__ == "__main__":
    sys.exit(main())
