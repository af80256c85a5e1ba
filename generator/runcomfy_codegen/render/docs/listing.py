"""List the models for a reader: what each takes and makes, and which belong together."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any

from runcomfy_codegen.ir import Identifier, Module, Package, Retired
from runcomfy_codegen.render.entries import Entry

SHOWN = tuple(field.name for field in fields(Entry))


@dataclass(frozen=True, slots=True)
class Facet:
    """What models can be chosen by."""

    key: str
    label: str
    values: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Family:
    """The models of a vendor whose ids begin alike."""

    name: str
    anchor: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Vendor:
    """All models of a vendor, by family, and those that are gone."""

    name: Identifier
    title: str
    count: int
    families: tuple[Family, ...]
    retired: tuple[Retired, ...]


def vendors(package: Package, entries: Mapping[str, Entry]) -> tuple[Vendor, ...]:
    """Return every vendor with its models, in the order of their names."""
    ordered = sorted(package.modules, key=_family_key)
    live = {name: list(each) for name, each in groupby(ordered, lambda m: m.vendor)}
    gone = {retired.vendor for retired in package.retired}
    return tuple(
        _vendor(name, live.get(name, []), package, entries)
        for name in sorted({*live, *gone})
    )


def index(entries: Mapping[str, Entry]) -> list[dict[str, Any]]:
    """Return every entry as JSON, with the addresses of its files."""
    return [{**_shown(entry), **addresses(entry)} for entry in entries.values()]


def _shown(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON; of deprecation only what there is to say."""
    shown = {name: getattr(entry, name) for name in SHOWN}
    if not entry.deprecated:
        del shown["deprecated"]
    return shown


def facets(entries: Mapping[str, Entry]) -> tuple[Facet, ...]:
    """Return what the models can be chosen by, each value with how many have it."""
    listed = tuple(entries.values())
    vendors_of = [(entry.model_id.partition("/")[0],) for entry in listed]
    return (
        _facet("vendor", "Vendor", vendors_of),
        _facet("tasks", "Task", [entry.tasks for entry in listed]),
        _facet("takes", "Takes", [entry.takes for entry in listed]),
        _facet("makes", "Makes", [entry.makes for entry in listed]),
    )


def _facet(key: str, label: str, values: Iterable[tuple[str, ...]]) -> Facet:
    counts = Counter(value for each in values for value in each)
    return Facet(key, label, tuple(sorted(counts.items())))


def addresses(entry: Entry) -> dict[str, str]:
    """Return where a model's files are, relative to the top of the site."""
    place = f"{entry.vendor}/{entry.module}"
    return {
        "page": f"models/{place}.html",
        "markdown": f"models/{place}.md",
        "input_schema": f"schemas/{place}.input.json",
        "output_schema": f"schemas/{place}.output.json",
        "stored": f"schemas/{place}.stored.json",
    }


def _vendor(
    name: Identifier,
    modules: list[Module],
    package: Package,
    entries: Mapping[str, Entry],
) -> Vendor:
    families = tuple(
        Family(
            family,
            anchor_of(family),
            tuple(entries[model_id] for model_id in sorted(map(_model_id, each))),
        )
        for (_, family), each in groupby(modules, key=_family_key)
    )
    title = modules[0].model.model_id.partition("/")[0] if modules else str(name)
    retired = tuple(r for r in package.retired if r.vendor == name)
    return Vendor(name, title, len(modules), families, retired)


def family_of(model_id: str) -> str:
    """Return the part of a model_id that models of one family share."""
    return model_id.split("/")[1]


def anchor_of(text: str) -> str:
    """Return an anchor for a text that a model_id may hold."""
    spelled = re.sub("[^A-Za-z0-9.-]", lambda match: f"_{ord(match[0]):x}", text)
    return f"family-{spelled}"


def _model_id(module: Module) -> str:
    return module.model.model_id


def _family_key(module: Module) -> tuple[str, str]:
    return module.vendor, family_of(module.model.model_id)
