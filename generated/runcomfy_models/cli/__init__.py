"""The command line: `runcomfy-models`, also `python -m runcomfy_models`.

It needs the extra `runcomfy-models[cli]`. Nothing heavy is imported before a command
needs it: a press of Tab and `--help` have no time for pydantic.
"""

import sys
from collections.abc import Sequence

__all__ = ["main"]

PROGRAM = "runcomfy-models"
MISSING_EXTRA = 69


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["__complete"]:
        from .complete import print_candidates

        return print_candidates(words[1:])
    try:
        from .app import run_command
    except ModuleNotFoundError as error:
        if error.name not in ("click", "rich"):
            raise
        needs = (
            f"{PROGRAM}: the command line needs {error.name}, which is not installed"
        )
        print(f"{needs}: pip install 'runcomfy-models[cli]'", file=sys.stderr)
        return MISSING_EXTRA
    return run_command(words)
