"""How the mutation score is shown."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from benchmarks.mutants.equivalents import ORDER, WORDS
from benchmarks.mutants.rich import RICH
from benchmarks.mutants.score import TRIALS, Outcome

MOST = 40
"""Equivalent mutants listed for one reason; there are thousands of other words."""
COLUMNS = ("noticed", "refused", "equivalent", "survived")


def as_markdown(outcomes: Sequence[Outcome], models: Mapping[str, int]) -> str:
    """Return the score as Markdown: a table a trial, the survivors, the equivalents."""
    tried = ", ".join(f"{count} {name}" for name, count in models.items())
    lines = [
        "# Mutants",
        "",
        f"One thing changed at a time, in {tried}; what do the generated tests notice?",
        "*Refused* is a changed schema of which nothing is generated, as it has a Problem;",
        "*equivalent* what does the same as before, for a reason given below.",
    ]
    for trial in TRIALS:
        found = [outcome for outcome in outcomes if outcome.trial == trial]
        if found:
            lines += ["", f"## {trial[:1].upper()}{trial[1:]}", "", *_table(found)]
    survivors = [outcome for outcome in outcomes if outcome.verdict == "survived"]
    lines += ["", "## Survivors", ""]
    lines += list(_list(survivors)) or ["None."]
    lines += ["", "## Equivalent", "", *_reasons(outcomes)]
    return "\n".join(lines) + "\n"


def _table(outcomes: Iterable[Outcome]) -> Iterator[str]:
    counts = Counter((outcome.kind, outcome.verdict) for outcome in outcomes)
    yield "| what was changed | " + " | ".join(COLUMNS) + " |"
    yield "| --- |" + " ---: |" * len(COLUMNS)
    for kind in sorted({kind for kind, _ in counts}):
        numbers = [str(counts[kind, column]) for column in COLUMNS]
        yield f"| {kind} | " + " | ".join(numbers) + " |"
    sums = [
        sum(n for (_, verdict), n in counts.items() if verdict == column)
        for column in COLUMNS
    ]
    yield "| all | " + " | ".join(map(str, sums)) + " |"


def _list(outcomes: Iterable[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        yield f"- {outcome.model_id}: {outcome.kind}: `{outcome.said}` ({outcome.trial})"


def _reasons(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield each reason with its mutants; order and words go without saying."""
    equivalent = [outcome for outcome in outcomes if outcome.verdict == "equivalent"]
    ours = {entry["model_id"] for entry in RICH}
    for why, count in Counter(outcome.why for outcome in equivalent).most_common():
        yield f"- **{why}**: {count}"
        if why in (ORDER, WORDS):
            continue
        of_ours = [o for o in equivalent if o.why == why and o.model_id in ours]
        for outcome in list(dict.fromkeys(o.said for o in of_ours))[:MOST]:
            yield f"  - `{outcome}`"
