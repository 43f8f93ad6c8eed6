"""Run the command line as `python -m mockserver`."""

import sys

from mockserver.cli.main import main

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(main())
