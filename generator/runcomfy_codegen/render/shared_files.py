"""Render what all models share: lists, indexes, vendors' packages, and what is copied."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from runcomfy_codegen.ir import Identifier, Module, OutputFile, Package, Templates
from runcomfy_codegen.render.docs import listing, openapi
from runcomfy_codegen.render.docs import pages as docs
from runcomfy_codegen.render.docs.reference import reference
from runcomfy_codegen.render.entries import entries_of
from runcomfy_codegen.render.environment import SUFFIX, Renderer
from runcomfy_codegen.render.python import tables
from runcomfy_codegen.render.schemas.files import model_index
from runcomfy_codegen.render.subject import Subject


def shared_files(
    package: Package,
    subjects: Sequence[Subject],
    templates: Templates,
    paths: Iterable[str],
    renderer: Renderer,
    shown: str = "",
) -> Iterator[OutputFile]:
    """Yield the files that templates at some paths make of a whole package.

    `shown` is the model that README and guides show, if one was chosen.
    """
    entries = entries_of(subjects)
    vendor_lists = listing.vendors(package, entries)
    context = {
        "package": package,
        "version": templates.version,
        "catalogue": tables.catalogue(package),
        "shown": docs.shown(subjects, shown),
        "listing": vendor_lists,
        "index": listing.index(entries),
        "facets": listing.facets(entries),
        "reference": reference(templates),
        "model_index": model_index(package.modules, entries),
        "openapi": openapi.document(subjects, templates.version),
    }
    for path in paths:
        if "{retired}" in path:
            yield from _retired_files(package, path, renderer)
        elif "{vendor}" in path:
            yield from _vendor_files(package, path, vendor_lists, renderer)
        elif path.endswith(SUFFIX):
            yield renderer.file(path, path, context)
        else:
            yield OutputFile(path, templates.files[path])


def _retired_files(
    package: Package, path: str, renderer: Renderer
) -> Iterator[OutputFile]:
    """Yield the file of each model that is gone."""
    successors = {module.model.model_id: module for module in package.modules}
    for retired in package.retired:
        name = path.replace("{vendor}", retired.vendor)
        name = name.replace("{retired}", retired.name)
        context = {"retired": retired, "successors": successors}
        yield renderer.file(path, name, context)


def _vendor_files(
    package: Package,
    path: str,
    vendor_lists: Iterable[listing.Vendor],
    renderer: Renderer,
) -> Iterator[OutputFile]:
    """Yield the file of each vendor, also of one whose models are all gone."""
    live = _by_vendor(package)
    for listed in vendor_lists:
        modules = live.get(listed.name, ())
        context: dict[str, Any] = {
            "vendor": listed.name,
            "modules": modules,
            "names": tables.module_names(modules),
            "imports": tables.module_imports(modules),
            "listed": listed,
        }
        yield renderer.file(path, path.replace("{vendor}", listed.name), context)


def _by_vendor(package: Package) -> Mapping[Identifier, tuple[Module, ...]]:
    groups = groupby(package.modules, key=lambda module: module.vendor)
    return {vendor: tuple(modules) for vendor, modules in groups}
