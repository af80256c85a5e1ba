"""Compare two packages, model by model."""

from collections.abc import Iterator

from runcomfy_codegen.diff.change import Change, Verdict, judge
from runcomfy_codegen.diff.limits import brief
from runcomfy_codegen.diff.names import renamed
from runcomfy_codegen.diff.schemas import differences
from runcomfy_codegen.ir import Json, Model, Module, Package
from runcomfy_codegen.schema.values import is_same

ABOUT = ("display_name", "description", "kind", "categories", "source_url", "example")
PRICE = ("base_price_usd", "price_unit", "pricing_note")


def compare(old: Package, new: Package) -> tuple[Change, ...]:
    """Return every change between two packages, the worst first."""
    before = {module.model.model_id: module for module in old.modules}
    after = {module.model.model_id: module for module in new.modules}
    successors = {gone.model_id: gone.successor for gone in new.retired}
    changes: list[Change] = []
    for model_id in before.keys() - after.keys():
        changes.append(_removed(model_id, successors.get(model_id)))
    for model_id in after.keys() - before.keys():
        changes.append(_added(model_id))
    for model_id in before.keys() & after.keys():
        changes += _changed(before[model_id], after[model_id])
    return tuple(sorted(changes, key=lambda change: change.order))


def _added(model_id: str) -> Change:
    return Change(model_id, "model", "", "model-added", "additive", "new model")


def _removed(model_id: str, successor: str | None) -> Change:
    """Return the change that a model is gone, or retired, which may have a successor."""
    match successor:
        case None:
            what = "model removed"
        case "":
            what = "model retired"
        case _:
            what = f"model retired; use {successor}"
    kind = "model-removed"
    return Change(model_id, "model", "", kind, "breaking", what, None, successor)


def _changed(old: Module, new: Module) -> Iterator[Change]:
    """Yield how a model differs from itself."""
    yield from renamed(old, new)
    was, now = old.model, new.model
    for found in differences(was.input_schema, now.input_schema):
        yield judge(now.model_id, "input", found)
    for found in differences(was.output_schema, now.output_schema):
        yield judge(now.model_id, "output", found)
    yield from _deprecation(was, now)
    for key in (*ABOUT, *PRICE):
        before, after = getattr(was, key), getattr(now, key)
        if not is_same(before, after):
            yield _fact(now.model_id, key, before, after)


def _fact(model_id: str, key: str, before: Json, after: Json) -> Change:
    """Return the change that another fact is published of a model."""
    what = f"{key} changed"
    if key in PRICE:
        what = f"{key} {_shown(before)} -> {_shown(after)}"
    return Change(model_id, "model", "", key, "harmless", what, before, after)


def _deprecation(was: Model, now: Model) -> Iterator[Change]:
    """Yield that a model is deprecated now, or no longer, or why."""
    before, after = was.deprecated, now.deprecated
    if before == after:
        return
    if not after:
        kind, what = "undeprecated", "no longer deprecated"
    else:
        kind, what = "deprecated", f"deprecated: {after}"
    verdict: Verdict = "harmless" if before else "additive"
    yield Change(now.model_id, "model", "", kind, verdict, what, before, after)


def _shown(value: object) -> str:
    return "none" if value is None or value == "" else brief(value)
