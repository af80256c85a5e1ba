"""Plan what an output folder should hold, and make of it what has to be made.

A model whose inputs are those that the manifest records is not made again: it is read
back from its normalised entry, for the files that all models share. So a run costs what
changed, and gives the same bytes as one that makes everything. The stages are imported
late: a run that finds nothing changed needs none of them.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from runcomfy_codegen.app.changelog import changelog, recall
from runcomfy_codegen.app.recorded import SCHEMAS, changes_since_last_run
from runcomfy_codegen.cache.inputs import TOOLS, input_digests
from runcomfy_codegen.diff import Change
from runcomfy_codegen.digests import digest, digest_json
from runcomfy_codegen.ir import OutputFile, Package, Problem, Templates
from runcomfy_codegen.output.manifest import MANIFEST, dump_manifest
from runcomfy_codegen.output.tree import Tree
from runcomfy_codegen.resources import runtime_names
from runcomfy_codegen.session import Session
from runcomfy_codegen.store.folder import Folder, in_order, overlay_path, read_folder
from runcomfy_codegen.store.history import History


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked for."""

    only: frozenset[str] = frozenset()
    """The models to make, beside what all models share; empty for all."""
    force: bool = False
    """Whether everything is made anew, and replaces what a person edited."""
    keep_going: bool = False
    """Whether models with Problems are left as they were, and the others made."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an output folder should hold."""

    package: Package
    contents: Mapping[str, bytes]
    """The files that had to be made."""
    expected: Mapping[str, str]
    """The digest of every file, the manifest's too."""
    models: frozenset[str]
    """All models."""
    made: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The models that had to be made, and the files of each."""
    removed: frozenset[str] = frozenset()
    """The models that were recorded and are gone."""
    changes: tuple[Change, ...] = ()
    """What changed in the models since the last run."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with models that were left as they were."""


@dataclass(frozen=True, slots=True)
class _Inputs:
    """All that a plan is made from."""

    folder: Folder
    templates: Templates
    reserved: frozenset[str]
    digests: Mapping[str, str]
    """Of all that each stored model's files are made from, by its path."""
    history: History
    shared: str
    """The digest of all that the files are made from which all models share."""


def plan(
    schemas: Path,
    tree: Tree,
    templates: Templates,
    request: Request,
    session: Session,
) -> Plan:
    """Return what an output folder should hold, made as far as it has to be.

    Raises ProblemsError with every Problem of the run, UsageError for a model that there
    is not, and what reading the schema folder raises.
    """
    inputs = _read_inputs(schemas, templates, session)
    is_trusted = _is_trusted(tree, request)
    known = _unchanged_models(tree, inputs) if is_trusted else {}
    due = [path for path in inputs.folder.model_paths() if path not in known]
    nothing_due = is_trusted and not due and not inputs.folder.problems
    if nothing_due and _shared_files_are_whole(tree, inputs.shared):
        if request.only:
            from runcomfy_codegen.app.making import refuse_unknown

            refuse_unknown(request.only, known.values())
        return _nothing_new(tree, inputs, known)
    return _plan_made(tree, inputs, known, due, request, session)


def _read_inputs(schemas: Path, templates: Templates, session: Session) -> _Inputs:
    """Read all that a plan is made from."""
    folder = read_folder(schemas)
    digests = input_digests(folder.model_files(), folder.names, templates, session)
    reserved = runtime_names(templates)
    history = recall(folder)
    shared = digest_json(
        [
            sorted(digests.items()),
            folder.retired,
            digest(folder.history),
            folder.shown,
        ]
    )
    return _Inputs(folder, templates, reserved, digests, history, shared)


def _is_trusted(tree: Tree, request: Request) -> bool:
    """Whether what the manifest says is taken as it is.

    After a run that was cut short, files may be those of models as they were then. With
    `force`, everything is made anew: a manifest can be written by anybody.
    """
    return not tree.was_cut_short and not (request.force and not request.only)


def _unchanged_models(tree: Tree, inputs: _Inputs) -> dict[str, str]:
    """Return the models that need not be made again: model_id by path."""
    known = {}
    for model_id, record in tree.recorded.items():
        is_same = record["inputs"] == inputs.digests.get(record["path"])
        if is_same and _is_whole(tree, record):
            known[record["path"]] = model_id
    return known


def _is_whole(tree: Tree, record: Mapping[str, Any]) -> bool:
    """Whether a model's files are there; those that a person edited are left alone."""
    for path, recorded in record["files"].items():
        found = tree.present.get(path)
        if found is None or (path.startswith(SCHEMAS) and found != recorded):
            return False
    return True


def _shared_files_are_whole(tree: Tree, shared: str) -> bool:
    """Whether the files that all models share are there, and from the same inputs."""
    is_same = tree.manifest.get("inputs") == shared
    return is_same and all(path in tree.present for path in tree.manifest["files"])


def _nothing_new(tree: Tree, inputs: _Inputs, known: Mapping[str, str]) -> Plan:
    """Return the plan that is the tree as it was recorded."""
    content = tree.read(MANIFEST)
    return Plan(
        Package(()),
        {MANIFEST: content},
        _expected(tree.manifest, content),
        frozenset(tree.recorded),
        removed=frozenset(tree.recorded.keys() - known.values()),
    )


def _plan_made(
    tree: Tree,
    inputs: _Inputs,
    known: Mapping[str, str],
    due: Sequence[str],
    request: Request,
    session: Session,
) -> Plan:
    """Make what is due, and return the plan with it."""
    from runcomfy_codegen.app.making import Work, make
    from runcomfy_codegen.render import render_shared, sort_files

    templates = replace(inputs.templates, version=inputs.history.version)
    work = Work(
        tree,
        inputs.folder,
        inputs.reserved,
        templates,
        known,
        due,
        request.only,
        request.keep_going,
    )
    made = make(work, session)
    package, folder = made.built.package, made.folder
    shared = render_shared(package, templates, session, folder.shown)
    files = sort_files([*made.files, *shared])
    left = made.known.keys() - known.keys()
    told = _as_released(folder, inputs.history, left)
    files.append(changelog(inputs.history, told, inputs.reserved))
    manifest = _manifest(tree, inputs, package, files)
    read = {model.model_id for model in made.built.models}
    removed = frozenset(tree.recorded.keys() - read - set(made.known.values()))
    contents = {file.path: file.content for file in files}
    contents[MANIFEST] = dump_manifest(manifest)
    return Plan(
        package,
        contents,
        _expected(manifest, contents[MANIFEST]),
        frozenset(module.model.model_id for module in package.modules),
        _files_by_model(files),
        removed,
        changes_since_last_run(tree, made.built, contents, removed, folder.names),
        made.problems,
    )


def _as_released(folder: Folder, history: History, left: Set[str]) -> Folder:
    """Return a folder with the last release's models at some paths, for the changelog.

    Those are in the package as they were: they are not removed.
    """
    if history.start is None or not left:
        return folder
    files = dict(folder.files)
    for path in left:
        for each in (path, overlay_path(path)):
            if each in history.start.files:
                files[each] = history.start.files[each]
    return replace(folder, files=in_order(files))


def _manifest(
    tree: Tree, inputs: _Inputs, package: Package, files: list[OutputFile]
) -> dict[str, Any]:
    """Return what is recorded: of models that were not made, what was recorded before."""
    made: dict[str, dict[str, str]] = {}
    shared: dict[str, str] = {}
    for file in files:
        owner = made.setdefault(file.model_id, {}) if file.model_id else shared
        owner[file.path] = digest(file.content)
    records = {}
    for module in sorted(package.modules, key=lambda module: module.model.model_id):
        model_id, path = module.model.model_id, module.model.path
        if model_id in made:
            records[model_id] = {
                "path": path,
                "inputs": inputs.digests[path],
                "module": f"{module.vendor}.{module.name}",
                "files": made[model_id],
            }
        elif model_id in tree.recorded:
            records[model_id] = tree.recorded[model_id]
    return {
        "generator": inputs.templates.version,
        "tools": TOOLS,
        "inputs": inputs.shared,
        "files": shared,
        "models": records,
    }


def _expected(manifest: Mapping[str, Any], content: bytes) -> dict[str, str]:
    """Return the digest of every file that a manifest records, and of itself."""
    expected: dict[str, str] = dict(manifest["files"])
    for record in manifest["models"].values():
        expected |= record["files"]
    expected[MANIFEST] = digest(content)
    return expected


def _files_by_model(files: list[OutputFile]) -> dict[str, frozenset[str]]:
    """Return the paths of each model's own files."""
    paths: dict[str, set[str]] = {}
    for file in files:
        if file.model_id:
            paths.setdefault(file.model_id, set()).add(file.path)
    return {model_id: frozenset(own) for model_id, own in paths.items()}
