"""The command itself: which commands there are, and what an error comes to.

A command's module is imported when the command is run, not when it is listed.
"""

from __future__ import annotations

import errno
import shlex
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from .._core.fields.mistakes import did_you_mean
from ..errors import JobNotFinishedError, RunComfyError, WaitTimeoutError
from . import PROGRAM, exits
from .listing import COMMANDS, HOMES
from .mistakes import MistakesError
from .output import complain, leave_pipe, prepare_streams
from .session import Session

COMMANDS_FOR = {
    "runcomfy_models.models() lists them": f"`{PROGRAM} models` lists them",
    "batch.move_here()": "--moved",
}
"""What an error says to call, and what is typed instead."""


class _Commands(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None for one that there is not."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"{__package__}.commands.{HOMES[cmd_name]}")
        found: click.Command = getattr(module, f"{cmd_name}_command")
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            guess = did_you_mean(name, COMMANDS)
            if "/" in name:
                guess = f"; a model is run by: {PROGRAM} run {name}"
            ctx.fail(f"there is no command {name!r}{guess}")
        return super().resolve_command(ctx, args)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="The token is that of RUNCOMFY_API_TOKEN, or of `runcomfy login`.",
)
@click.version_option(package_name="runcomfy-models", prog_name=PROGRAM)
@click.pass_context
def app(ctx: click.Context) -> None:
    """Run RunComfy's models: flags made from their schemas, checked before a paid call."""
    session = Session()
    ctx.obj = session
    ctx.call_on_close(session.close)


def run_command(words: Sequence[str]) -> int:
    """Run the command that some words are, and return its exit code."""
    prepare_streams()
    try:
        code = _invoke(list(words))
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EINVAL):
            complain(f"{error.filename or 'writing'}: {error.strerror or error}")
            return exits.CANNOT_WRITE
        leave_pipe()
        return exits.CLOSED_PIPE


def _invoke(words: list[str]) -> int:
    try:
        with app.make_context(PROGRAM, words) as context:
            result = app.invoke(context)
            return result if isinstance(result, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return exits.USAGE
    except click.ClickException as error:
        ctx = getattr(error, "ctx", None)
        where = PROGRAM if ctx is None else ctx.command_path
        complain(f"{error.format_message().rstrip('.')} ({where} --help)")
        return exits.USAGE
    except MistakesError as error:
        for line in error.lines:
            complain(line)
        return exits.BAD_INPUT if error.code is None else error.code
    except RunComfyError as error:
        complain(explain(error))
        return exits.exit_code(error)
    except (KeyboardInterrupt, click.Abort) as error:
        complain(" ".join(["interrupted.", *getattr(error, "__notes__", ())]))
        return exits.INTERRUPTED


def explain(error: RunComfyError) -> str:
    """Return what an error says, with the command to go on by."""
    text = str(error)
    if isinstance(error, WaitTimeoutError):
        text = text.partition(" It goes on:")[0]
        return (
            f"{text} It goes on: {PROGRAM} wait {shlex.quote(error.request_id or '')}"
        )
    if isinstance(error, JobNotFinishedError):
        text = text.replace("Call wait() to wait for it.", "")
        return f"{text.strip()} Wait for it: {PROGRAM} wait {shlex.quote(error.request_id or '')}"
    for call, command in COMMANDS_FOR.items():
        text = text.replace(call, command)
    return text
