"""Compare two packages, model by model."""

from collections.abc import Iterator

from runcomfy_codegen.diff.change import Change, Verdict, judge
from runcomfy_codegen.diff.limits import brief
from runcomfy_codegen.diff.names import renamed
from runcomfy_codegen.diff.schemas import differences
from runcomfy_codegen.ir import Model, Module, Package
from runcomfy_codegen.schema.values import is_same

ABOUT = ("display_name", "description", "kind", "categories", "source_url", "example")
PRICE = ("base_price_usd", "price_unit", "pricing_note")


def compare(old: Package, new: Package) -> tuple[Change, ...]:
    """Return every change between two packages, the worst first."""
    before = {module.model.model_id: module for module in old.modules}
    after = {module.model.model_id: module for module in new.modules}
    successors = {gone.model_id: gone.successor for gone in new.retired}
    changes: list[Change] = []
    for model_id in sorted(before.keys() | after.keys()):
        if model_id not in after:
            changes.append(_removed(model_id, successors.get(model_id)))
        elif model_id not in before:
            changes.append(
                Change(model_id, "model", "", "model-added", "additive", "new model")
            )
        else:
            changes += _changed(before[model_id], after[model_id])
    return tuple(sorted(changes, key=lambda change: change.order))


def _removed(model_id: str, successor: str | None) -> Change:
    what = "model removed"
    if successor is not None:
        what = f"model retired; use {successor}" if successor else "model retired"
    return Change(
        model_id, "model", "", "model-removed", "breaking", what, None, successor
    )


def _changed(old: Module, new: Module) -> Iterator[Change]:
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
            what = f"{key} changed"
            if key in PRICE:
                what = f"{key} {_shown(before)} -> {_shown(after)}"
            yield Change(
                now.model_id, "model", "", key, "harmless", what, before, after
            )


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
