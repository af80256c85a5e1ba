"""The command line. The only package that prints or exits.

Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 Problems in the schemas. A
command's module is imported when the command is called.
"""

import io
import sys
from importlib import import_module
from typing import Any

import click

from runcomfy_codegen import __version__
from runcomfy_codegen.cli._settings import read_settings
from runcomfy_codegen.errors import UsageError

COMMANDS = (
    "add",
    "check",
    "diff",
    "docs",
    "generate",
    "init",
    "lint",
    "list",
    "overlay",
    "release",
    "resolve",
    "sync",
    "watch",
)
MODULES = {"list": "list_models"}
"""Where a command is that cannot name its module."""


def _print_whatever_it_is() -> None:
    """Escape characters that a terminal or a pipe has no code for, rather than stop."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


class LazyGroup(click.Group):
    """A group whose commands are attributes of modules of the same name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        # The command `list`, once imported, is this module's `list`.
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(
            f"{__name__}.{MODULES.get(cmd_name, cmd_name)}"
        ).command
        return command

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Let the settings of `pyproject.toml` stand for options that are not given."""
        _print_whatever_it_is()
        try:
            settings = read_settings()
        except UsageError as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        defaults: dict[str, Any] = dict.fromkeys(COMMANDS, settings)
        defaults["docs"] = {"build": settings, "serve": settings}
        return super().make_context(
            info_name, args, parent, default_map=defaults, **extra
        )


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Generate typed clients, documentation and tests from RunComfy's schemas."""
