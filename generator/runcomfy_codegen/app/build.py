"""Join the stages: from a schema folder to the files of a package, in memory.

A model whose inputs are those that the manifest records is not made again: it is read
back from its normalised entry, for the files that all models share. So a run costs what
changed, and gives the same bytes as one that makes everything. The stages are imported
late: a run that finds nothing changed needs none of them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from runcomfy_codegen.app.changelog import (
    advance,
    changelog,
    dump_history,
    dump_settled,
    read_history,
)
from runcomfy_codegen.app.compare import account
from runcomfy_codegen.cache.inputs import TOOLS, hash_of, input_keys
from runcomfy_codegen.diff import Change
from runcomfy_codegen.errors import ProblemsError, UsageError
from runcomfy_codegen.ir import Model, Note, OutputFile, Package, Templates
from runcomfy_codegen.output.writer import MANIFEST, Tree, digest, seal
from runcomfy_codegen.progress import Progress, no_progress
from runcomfy_codegen.resources import runtime_names
from runcomfy_codegen.store.folder import Store, overlay_path, parse, read

SCHEMAS = "runcomfy_models/_schemas"
"""Where the output folder has the normalised entries."""


@dataclass(frozen=True, slots=True)
class Build:
    """What a schema folder came to."""

    store: Store
    models: tuple[Model, ...]
    package: Package


@dataclass(frozen=True, slots=True)
class Plan:
    """What an output folder should hold."""

    package: Package
    contents: Mapping[str, bytes]
    """The files that had to be made."""
    expected: Mapping[str, str]
    """The digest of every file, the manifest's too."""
    made: Mapping[str, frozenset[str]]
    """The models that had to be made, and the files of each."""
    removed: frozenset[str]
    """The models that were recorded and are gone."""
    models: frozenset[str]
    """All models."""
    history: bytes
    """What `history.json` in the schema folder should hold once this is written."""
    changes: tuple[Change, ...] = ()
    """What changed in the models since the last run."""


def build(schemas: Path, templates: Templates) -> Build:
    """Return the models and the package that a schema folder describes.

    Collects Problems and raises none; otherwise raises as `store.read` does.
    """
    from runcomfy_codegen.names import name_package
    from runcomfy_codegen.normalise import normalise

    store = parse(read(schemas))
    models = tuple(normalise(stored) for stored in store.models)
    names = runtime_names(templates)
    return Build(store, models, name_package(models, store.names, store.retired, names))


def problems_of(built: Build) -> ProblemsError | None:
    """Return every Problem found so far, as one error."""
    found = [*built.store.problems, *built.package.problems]
    for model in built.models:
        found += model.problems
    return ProblemsError(found) if found else None


def plan(
    schemas: Path,
    tree: Tree,
    templates: Templates,
    only: frozenset[str] = frozenset(),
    force: bool = False,
    jobs: int | None = None,
    progress: Progress = no_progress,
) -> Plan:
    """Return what an output folder should hold, made as far as it has to be.

    With `only`, the models named are made, and the shared files. With `force`, so is
    what a person edited. `jobs` is how many processes do it. Raises ProblemsError with
    every Problem of the run.
    """
    folder = read(schemas)
    keys = input_keys(folder, templates)
    recorded: dict[str, dict[str, Any]] = dict(tree.recorded)
    known = {
        record["path"]: model_id
        for model_id, record in recorded.items()
        if record["inputs"] == keys.get(record["path"])
        and _is_whole(tree, record, force)
    }
    names = runtime_names(templates)
    recalled = read_history(folder)
    history = advance(recalled, folder, templates.version, names)
    settled = dump_settled(history)
    shared = hash_of([sorted(keys.items()), folder.retired, digest(settled)])
    missing = [path for path in folder.model_paths() if path not in known]
    if not missing and not folder.problems and _shares(tree, shared, force):
        removed = frozenset(recorded.keys() - known.values())
        remembered = dump_history(history, settled)
        return _nothing_new(tree, recorded, removed, remembered)

    from runcomfy_codegen.names import name_package
    from runcomfy_codegen.normalise import normalise
    from runcomfy_codegen.parallel import parallel_map, worthwhile_jobs
    from runcomfy_codegen.render import render

    store = parse(folder, missing)
    jobs = jobs or worthwhile_jobs(len(store.models))
    models = parallel_map(normalise, store.models, jobs, "models read", progress)
    made = {model.model_id for model in models}
    removed = frozenset(recorded.keys() - made - set(known.values()))
    restored = [_restore(tree, i, recorded[i]) for i in sorted(known.values())]
    package = name_package([*models, *restored], folder.names, folder.retired, names)
    error = problems_of(Build(store, tuple(models), package))
    if error is not None:
        raise error
    _refuse_unknown(only, package)
    wanted = frozenset(made & only if only else made)
    files = render(package, templates, wanted, folder.files, jobs, progress)
    records = _records(package, files, keys, recorded)
    files.append(changelog(history, names))
    version = templates.version
    planned = _planned(package, files, records, shared, version, removed)
    changes = account(recalled.last, folder, names).changes if recalled else ()
    remembered = dump_history(history, settled)
    return replace(planned, history=remembered, changes=changes)


def _refuse_unknown(only: frozenset[str], package: Package) -> None:
    models = {module.model.model_id for module in package.modules}
    for model_id in sorted(only - models):
        raise UsageError(
            model_id, "there is no such stored model", "see `runcomfy-codegen list`"
        )


def _planned(
    package: Package,
    files: list[OutputFile],
    records: dict[str, Any],
    shared: str,
    version: str,
    removed: frozenset[str],
) -> Plan:
    contents = {file.path: file.content for file in files}
    manifest = {
        "generator": version,
        "tools": TOOLS,
        "inputs": shared,
        "files": {f.path: digest(f.content) for f in files if not f.model_id},
        "models": records,
    }
    contents[MANIFEST] = seal(manifest)
    models = frozenset(module.model.model_id for module in package.modules)
    expected = _expected(manifest, contents)
    owned = sorted((f for f in files if f.model_id), key=lambda f: f.model_id)
    made = {
        model_id: frozenset(file.path for file in group)
        for model_id, group in groupby(owned, key=lambda file: file.model_id)
    }
    return Plan(package, contents, expected, made, removed, models, b"")


def _nothing_new(
    tree: Tree, recorded: dict[str, Any], removed: frozenset[str], history: bytes
) -> Plan:
    content = tree.read(MANIFEST)
    expected = _expected(tree.manifest, {MANIFEST: content})
    models = frozenset(recorded)
    return Plan(
        Package(()), {MANIFEST: content}, expected, {}, removed, models, history
    )


def _expected(
    manifest: Mapping[str, Any], contents: Mapping[str, bytes]
) -> dict[str, str]:
    expected = dict(manifest["files"])
    for record in manifest["models"].values():
        expected |= record["files"]
    expected[MANIFEST] = digest(contents[MANIFEST])
    return expected


def _records(
    package: Package,
    files: list[OutputFile],
    keys: Mapping[str, str],
    recorded: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what the manifest says of each model: of those not made, what it said."""
    made: dict[str, dict[str, str]] = {}
    for file in files:
        if file.model_id:
            made.setdefault(file.model_id, {})[file.path] = digest(file.content)
    records = {}
    for module in sorted(package.modules, key=lambda module: module.model.model_id):
        model = module.model
        if model.model_id in made:
            records[model.model_id] = {
                "path": model.path,
                "inputs": keys[model.path],
                "module": f"{module.vendor}.{module.name}",
                "files": made[model.model_id],
            }
        elif model.model_id in recorded:
            records[model.model_id] = recorded[model.model_id]
    return records


def _is_whole(tree: Tree, record: Mapping[str, Any], force: bool) -> bool:
    """Whether a model's files are there; edited ones are left alone, unless forced."""
    for path, recorded in record["files"].items():
        found = tree.present.get(path)
        must_match = force or path.startswith(SCHEMAS)
        if found is None or (must_match and found != recorded):
            return False
    return True


def _shares(tree: Tree, shared: str, force: bool) -> bool:
    """Whether the files that all models share are as the manifest says."""
    if tree.manifest.get("inputs") != shared:
        return False
    return all(
        path in tree.present and not (force and tree.present[path] != recorded)
        for path, recorded in tree.manifest["files"].items()
    )


def _restore(tree: Tree, model_id: str, record: Mapping[str, Any]) -> Model:
    """Return a model as its normalised entry in the output folder describes it."""
    vendor, _, name = record["module"].partition(".")
    entry = json.loads(tree.read(f"{SCHEMAS}/{vendor}/{name}.json"))
    return Model(
        path=record["path"],
        overlay=None,
        overlay_path=overlay_path(record["path"]),
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
        notes=tuple(
            Note(record["path"], severity="warning", **note)
            for note in entry.get("notes", ())
        ),
    )
