"""`models`, `show`, `schema` and `example`: what there is, without a call where it can be."""

from __future__ import annotations

import dataclasses
from typing import Any

import click

from ..._core.model_info import KINDS, ModelInfo
from ..output import clean, dump, is_person, print_data, print_line, width
from ..requests.described import Described, describe
from ..requests.model_help import example_command, write_flags
from ..session import Session
from .shared_options import AS_JSON

MODEL = click.argument("model")
LEAST_BESIDE = 40
"""Columns for what a model takes, makes and is, beside its id."""


@click.command("models")
@click.argument("search", nargs=-1)
@click.option(
    "--takes",
    multiple=True,
    type=click.Choice(KINDS),
    help="What it takes; repeat for several.",
)
@click.option(
    "--makes",
    multiple=True,
    type=click.Choice(KINDS),
    help="What it makes; repeat for several.",
)
@click.option("--vendor", help="The first part of the model_id.")
@AS_JSON
def models_command(
    search: tuple[str, ...],
    takes: tuple[str, ...],
    makes: tuple[str, ...],
    vendor: str | None,
    as_json: bool,
) -> int:
    """Look models up: each word stands in the name, the description or a category."""
    from ..._index import find

    found = find(" ".join(search), takes, makes, vendor)
    if not is_person(as_json):
        for info in found:
            print_data(info_object(info))
    elif found:
        _print_table(found)
    else:
        print_line("No model fits.")
    return 0 if found else 1


def info_object(info: ModelInfo) -> dict[str, Any]:
    """Return what is known of a model, as JSON."""
    names = [f.name for f in dataclasses.fields(info) if f.name != "entry"]
    known = {name: getattr(info, name) for name in names}
    price = known["base_price_usd"]
    return {**known, "base_price_usd": None if price is None else float(price)}


def _print_table(found: list[ModelInfo]) -> None:
    """Print a line a model; where the terminal is narrow, two."""
    room = width()
    longest = max(len(clean(info.model_id)) for info in found)
    for info in found:
        model_id = clean(info.model_id)
        about = clean(info.display_name or info.description)
        if info.deprecated:
            about = f"(deprecated) {about}"
        kinds = f"{', '.join(info.takes) or '-'} -> {', '.join(info.makes) or '-'}"
        if longest + LEAST_BESIDE <= room:
            print_line(_cut(f"{model_id:<{longest}}  {kinds:<22}  {about}", room))
        else:
            print_line(model_id)
            print_line(_cut(f"  {kinds}  {about}", room))


def _cut(text: str, room: int) -> str:
    text = text.rstrip()
    return text if len(text) <= room else f"{text[: room - 3]}..."


@click.command("show")
@MODEL
@AS_JSON
@click.pass_obj
def show_command(session: Session, model: str, as_json: bool) -> None:
    """Show a model: what it is, its flags, and a command that works."""
    described = describe(session, model)
    if not is_person(as_json):
        print_data(dict(described.entry))
        return
    _show(described)


def _show(model: Described) -> None:
    from ..._core.model_info import read_info

    formatter = click.HelpFormatter(width=width())
    info = read_info(model.entry)
    formatter.write_text(clean(model.model_id))
    for text in model.words():
        formatter.write_paragraph()
        formatter.write_text(clean(text))
    formatter.write_paragraph()
    if info is not None:
        facts = [
            ("takes", ", ".join(info.takes)),
            ("makes", ", ".join(info.makes)),
            ("categories", ", ".join(info.categories)),
            ("price", _price(info)),
            ("page", info.source_url),
        ]
        formatter.write_dl([(name, clean(said)) for name, said in facts if said])
    formatter.write_paragraph()
    write_flags(formatter, model, frozenset())
    with formatter.section("Example"):
        formatter.write(f"{example_command(model)}\n")
    print_line(formatter.getvalue().rstrip("\n"))


def _price(info: ModelInfo) -> str:
    """Return the price as it was published; `price` asks for the one of now."""
    rate = info.base_price_usd
    said = "" if rate is None else f"${rate} per {info.price_unit or 'output'}"
    return "; ".join(filter(None, [said, info.pricing_note]))


@click.command("schema")
@MODEL
@click.option(
    "--output", is_flag=True, help="Of what it returns, not of what it takes."
)
@click.pass_obj
def schema_command(session: Session, model: str, output: bool) -> None:
    """Print a model's JSON Schema."""
    entry = describe(session, model).entry
    print_document(entry.get("output_schema" if output else "input_schema") or {})


def print_document(value: Any) -> None:
    """Print a JSON document: laid out for a person, on one line for a program."""
    if is_person():
        print_line(dump(value, indent=2))
    else:
        print_data(value)
