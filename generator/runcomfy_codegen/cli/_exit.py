"""Turn errors into text and exit codes."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import NoReturn, ParamSpec, TypeVar

import click

from runcomfy_codegen.cli._wording import error_lines
from runcomfy_codegen.errors import (
    CodegenError,
    ProblemsError,
    SourceError,
    UsageError,
)

P = ParamSpec("P")
R = TypeVar("R")

NO, USAGE, PROBLEMS = 1, 2, 3


def reports_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the errors that a person can mend into text and an exit code."""

    @wraps(command)
    def reporting(*args: P.args, **kwargs: P.kwargs) -> R:
        schemas = kwargs.get("schemas", "schemas")
        try:
            return command(*args, **kwargs)
        except CodegenError as error:
            *lines, last = error_lines(schemas, error)
            for line in lines:
                click.echo(line, err=True)
            fail(last, exit_code(error))

    return reporting


def exit_code(error: CodegenError) -> int:
    """Return the exit code of an error."""
    if isinstance(error, ProblemsError | SourceError):
        return PROBLEMS
    return USAGE if isinstance(error, UsageError) else NO


def fail(message: str, code: int) -> NoReturn:
    """Print an error and exit."""
    click.echo(message, err=True)
    sys.exit(code)
