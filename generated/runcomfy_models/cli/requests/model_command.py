"""A command that is given a model, and the model's own flags behind it."""

from __future__ import annotations

from typing import Any

import click

from ..session import Session
from .arguments import Words, tell_apart
from .described import Described, describe
from .model_help import write_help
from .request import Request, make_requests

_WORDS = f"{__name__}.words"
_MODEL = f"{__name__}.model"


class ModelCommand(click.Command):
    """Tells the command's own options from the flags of the model that is named."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options_metavar = "[OPTIONS]"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command's own options; what is the model's is kept for it."""
        own = self._own_options(ctx)
        model_id, rest = _without_model(args, own)
        if model_id is None:
            return super().parse_args(ctx, args)
        session = ctx.find_object(Session)
        assert session is not None
        model = describe(session, model_id)
        words = tell_apart(model.reader, rest, own)
        ctx.meta[_MODEL], ctx.meta[_WORDS] = model, words
        if words.wants_help:
            click.echo(write_help(ctx, model, frozenset(own)))
            ctx.exit()
        return super().parse_args(ctx, [model_id, *words.own])

    def _own_options(self, ctx: click.Context) -> dict[str, bool]:
        """Return each option of the command, and whether it takes a value."""
        own = {}
        for option in self.get_params(ctx):
            if isinstance(option, click.Option):
                takes_value = not (option.is_flag or option.count)
                for name in (*option.opts, *option.secondary_opts):
                    own[name] = takes_value
        return own


def _without_model(
    args: list[str], own: dict[str, bool]
) -> tuple[str | None, list[str]]:
    """Return the model's id, the first word that is not an option, and the rest."""
    index = 0
    while index < len(args):
        word, before, behind = args[index], args[:index], args[index + 1 :]
        if word == "--" and behind:
            return behind[0], [*before, *behind[1:]]
        if not word.startswith("-"):
            return word, [*before, *behind]
        takes_value = own.get(word, False)
        index += 2 if takes_value else 1
    return None, args


def model_of(ctx: click.Context) -> Described:
    """Return the model that the command was given."""
    found: Described = ctx.meta[_MODEL]
    return found


def requests_of(ctx: click.Context, input_file: str | None) -> list[Request]:
    """Return the requests that were typed; MistakesError with everything wrong in them."""
    command = ctx.command
    assert isinstance(command, ModelCommand)
    words: Words = ctx.meta[_WORDS]
    own = frozenset(command._own_options(ctx))
    return make_requests(model_of(ctx), words, input_file, own)


def has_flags(ctx: click.Context) -> bool:
    """Tell whether any flag of the model was given."""
    words: Words = ctx.meta[_WORDS]
    return bool(words.assignments or words.mistakes)
