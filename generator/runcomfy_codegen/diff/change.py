"""One change of a model, and what it means for those who use it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from runcomfy_codegen.ir import Json

Verdict: TypeAlias = Literal["breaking", "additive", "harmless"]
Side: TypeAlias = Literal["model", "input", "output"]
Effect: TypeAlias = Literal["narrower", "wider", "different", "neutral"]
Step: TypeAlias = Literal["major", "minor", "patch", "none"]

VERDICTS: tuple[Verdict, ...] = ("breaking", "additive", "harmless")
"""From the worst to the best."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How two schemas differ at one place, on whichever side they stand."""

    field: str
    """Dotted; `[]` stands for the items of an array, `*` for the fields not named."""
    kind: str
    """A stable name of what changed: a keyword, or words such as `field-added`."""
    effect: Effect
    what: str
    before: Json = None
    after: Json = None


@dataclass(frozen=True, slots=True)
class Change:
    """What changed at one place of a model, and for whom it matters."""

    model_id: str
    side: Side
    field: str
    kind: str
    verdict: Verdict
    what: str
    before: Json = None
    after: Json = None

    @property
    def order(self) -> tuple[int, str, str, str, str]:
        """Where it stands in an account: the worst first."""
        rank = VERDICTS.index(self.verdict)
        return rank, self.model_id, self.side, self.field, self.kind


def judge(model_id: str, side: Literal["input", "output"], found: Difference) -> Change:
    """Return the change that a difference is on one side of a model."""
    verdict = "additive" if found.kind == "deprecated" else _verdict(side, found)
    return Change(
        model_id,
        side,
        found.field,
        found.kind,
        verdict,
        found.what,
        found.before,
        found.after,
    )


def _verdict(side: Side, found: Difference) -> Verdict:
    """Return what a difference means on one side: what the first rule says that fits."""
    match side, found.kind, found.effect:
        case _, _, "neutral":
            return "harmless"
        case "output", "default", _:
            return "harmless"
        case _, _, "different":
            return "breaking"
        case _, "field-removed" | "class-renamed" | "field-renamed", _:
            return "breaking"
        case "output", "field-added" | "opened" | "closed", _:
            return "additive"  # a reader never sees fields that it does not ask for
        case "input", _, "narrower":
            return "breaking"
        case "output", _, "wider":
            return "breaking"
        case _:
            return "additive"


def breaks(changes: Iterable[Change]) -> bool:
    """Whether any change breaks those who use a model."""
    return any(change.verdict == "breaking" for change in changes)


def version_step(changes: Iterable[Change], released: bool = True) -> Step:
    """Return the step of the version that the changes ask for.

    Before 1.0 (not `released`) the minor number says what breaks.
    """
    verdicts = {change.verdict for change in changes}
    if "breaking" in verdicts:
        return "major" if released else "minor"
    if "additive" in verdicts:
        return "minor" if released else "patch"
    return "patch" if verdicts else "none"
