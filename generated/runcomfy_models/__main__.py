"""The command line, also as `python -m runcomfy_models`."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
