"""Put changes into words: for a terminal, for Markdown and for programs."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from runcomfy_codegen.diff.change import (
    VERDICTS,
    Change,
    breaks,
    version_step,
)
from runcomfy_codegen.escape import markdown, markdown_code
from runcomfy_codegen.ir import Json

DEPRECATED = "deprecated"
HEADINGS: dict[str, str] = {
    "breaking": "Breaking",
    DEPRECATED: "Deprecated",
    "additive": "Added",
    "harmless": "Other",
}
"""What stands above the changes of a verdict, and above those that tell of more to come."""


def change_words(change: Change) -> str:
    """Return where in its model a change is, and what: `input size: new, optional`."""
    place = f"{change.side} {change.field}".strip()
    return change.what if place == "model" else f"{place}: {change.what}"


def text_report(changes: Sequence[Change]) -> Iterator[str]:
    """Yield lines for a terminal, what breaks first. The caller escapes them."""
    for heading, found in _grouped(changes):
        yield f"{heading} ({len(found)})"
        for change in found:
            yield f"  {change.model_id}  {change_words(change)}"
        yield ""
    yield summary(changes) if changes else "no model changed"
    if changes:
        later, before = version_step(changes), version_step(changes, released=False)
        yield f"suggested version step: {later} (before 1.0: {before})"


def summary(changes: Iterable[Change]) -> str:
    """Return how many changes there are of each verdict."""
    counts = Counter(change.verdict for change in changes)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS)


def markdown_report(changes: Sequence[Change], level: int = 3) -> Iterator[str]:
    """Yield lines of Markdown: a heading for each verdict, a list item for each change."""
    for heading, found in _grouped(changes):
        yield f"{'#' * level} {heading}"
        yield ""
        for change in found:
            yield f"- {markdown_code(change.model_id)}{_markdown_words(change)}"
        yield ""


def _markdown_words(change: Change) -> str:
    what = markdown(change.what.replace(" -> ", " \N{RIGHTWARDS ARROW} "))
    if change.side == "model":
        return f": {what}"
    field = f" {markdown_code(change.field)}" if change.field else ""
    return f", {change.side}{field}: {what}"


def json_report(changes: Sequence[Change]) -> Json:
    """Return an object for programs: the changes, their counts, the version's step."""
    counts = Counter(change.verdict for change in changes)
    return {
        "breaking": breaks(changes),
        "counts": {verdict: counts[verdict] for verdict in VERDICTS},
        "version_step": version_step(changes),
        "version_step_before_1_0": version_step(changes, released=False),
        "changes": [as_json(change) for change in changes],
    }


def as_json(change: Change) -> dict[str, Json]:
    """Return a change as a JSON object."""
    return asdict(change)


def json_text(changes: Sequence[Change]) -> str:
    """Return the object for programs as text, in ASCII."""
    return json.dumps(json_report(changes), indent=2)


def _grouped(changes: Sequence[Change]) -> Iterator[tuple[str, list[Change]]]:
    """Yield what stands under each heading, the worst first."""
    groups: dict[str, list[Change]] = {key: [] for key in HEADINGS}
    for change in changes:
        key = DEPRECATED if change.kind == DEPRECATED else change.verdict
        groups[key].append(change)
    for key, found in groups.items():
        if found:
            yield HEADINGS[key], found
