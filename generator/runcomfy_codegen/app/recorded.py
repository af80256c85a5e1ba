"""Read back what the last run made: models, and so what changed since.

The output folder has each model's normalised entry. It is believed no further than that:
what cannot be read back is made again, and nothing is said of it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from runcomfy_codegen.app.build import Build
from runcomfy_codegen.diff import Change
from runcomfy_codegen.ir import Identifier, Json, Model, Module, Note, Package
from runcomfy_codegen.output.tree import Tree
from runcomfy_codegen.store.folder import overlay_path

SCHEMAS = "runcomfy_models/_schemas"
"""Where the output folder has the normalised entries."""


def changes_since_last_run(
    tree: Tree,
    built: Build,
    contents: Mapping[str, bytes],
    removed: Iterable[str],
    names: Mapping[str, Json],
) -> tuple[Change, ...]:
    """Return what changed in the models that were read, since the tree was written.

    Nothing for a tree that was not written yet. `contents` are the files that were made
    now; `removed` are models that are recorded and gone; `names` are the Python names
    that a person chose.
    """
    if not tree.recorded:
        return ()
    from runcomfy_codegen.diff.packages import compare

    read = {model.model_id for model in built.models}
    after = []
    for module in built.package.modules:
        content = contents.get(f"{SCHEMAS}/{module.vendor}/{module.name}.json")
        if module.model.model_id in read and content is not None:
            after.append(_as_recorded(module, content))
    models = []
    made = {module.model.model_id for module in after}
    for model_id in sorted({*made, *removed} & tree.recorded.keys()):
        model = restore(tree, model_id)
        if model is not None:
            models.append(model)
    before = _named(tree, models, names)
    return compare(Package(before), replace(built.package, modules=tuple(after)))


def _as_recorded(module: Module, content: bytes) -> Module:
    """Return a module as the next run will read it back, with all that was derived."""
    model = module.model
    again = _restored(model.path, model.model_id, json.loads(content))
    return replace(module, model=again)


def _named(
    tree: Tree, models: list[Model], names: Mapping[str, Json]
) -> tuple[Module, ...]:
    """Return restored models as modules, each under the name that is recorded."""
    from runcomfy_codegen.names import name_package

    modules = []
    for module in name_package(models, names, {}, frozenset()).modules:
        record = tree.recorded[module.model.model_id]
        vendor, _, name = record["module"].partition(".")
        modules.append(
            replace(module, vendor=Identifier(vendor), name=Identifier(name))
        )
    return tuple(modules)


def restore(tree: Tree, model_id: str) -> Model | None:
    """Return a model as its normalised entry in the output folder describes it.

    None if that is not one, a manifest can be written by anybody; nor if it is not the one
    that was recorded, as after a run that was cut short.
    """
    record = tree.recorded[model_id]
    path = f"{SCHEMAS}/{record['module'].replace('.', '/')}.json"
    if tree.present.get(path) != record["files"].get(path, ""):
        return None
    try:
        return _restored(record["path"], model_id, json.loads(tree.read(path)))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _restored(path: str, model_id: str, entry: Mapping[str, Any]) -> Model:
    """Return the model that a normalised entry describes."""
    notes = [Note(path, severity="warning", **note) for note in entry.get("notes", ())]
    return Model(
        path=path,
        overlay=None,
        overlay_path=overlay_path(path),
        model_id=model_id,
        display_name=entry.get("display_name", ""),
        description=entry.get("description", ""),
        kind=entry.get("kind", ""),
        categories=tuple(entry.get("categories", ())),
        base_price_usd=entry.get("base_price_usd"),
        price_unit=entry.get("price_unit", ""),
        pricing_note=entry.get("pricing_note", ""),
        source_url=entry.get("source_url", ""),
        example=entry.get("example"),
        input_schema=entry["input_schema"],
        output_schema=entry["output_schema"],
        deprecated=entry.get("deprecated", ""),
        notes=tuple(notes),
    )
