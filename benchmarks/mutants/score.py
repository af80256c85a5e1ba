"""Count what generated tests notice, of one model and of many."""

import ast
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, Literal, NamedTuple, TypeAlias

from benchmarks.mutants.equivalents import of_module, of_schema
from benchmarks.mutants.modules import module_mutants
from benchmarks.mutants.schemas import schema_mutants
from benchmarks.mutants.trial import Made, generate, noticed

Verdict: TypeAlias = Literal["noticed", "refused", "equivalent", "survived"]
"""`refused`: the changed schema is a Problem, so that nothing is generated of it."""
TRIALS = (
    "a changed module, its tests",
    "a changed schema: its new tests, the old module",
    "a changed schema: its new module, the old tests",
)


class Outcome(NamedTuple):
    """What became of one mutant in one trial."""

    trial: str
    kind: str
    verdict: Verdict
    model_id: str
    said: str
    why: str = ""
    """Why it is equivalent."""


def score(entry: dict[str, Any]) -> list[Outcome]:
    """Return what becomes of each mutant of a stored model."""
    made = generate(entry)
    if isinstance(made, str):
        return []
    fault = noticed(made, ast.parse(made.module))
    if fault:
        said = f"the tests fail as they are: {fault}"
        return [Outcome(TRIALS[0], "none", "survived", entry["model_id"], said)]
    return [*_of_module(made), *_of_schema(entry, made)]


def _of_module(made: Made) -> Iterator[Outcome]:
    model_id = made.entry["model_id"]
    for kind, said, tree in module_mutants(made.module):
        why = of_module(kind, said, tree)
        yield _outcome(TRIALS[0], kind, model_id, said, why, made, tree)


def _of_schema(entry: dict[str, Any], made: Made) -> Iterator[Outcome]:
    model_id, old = entry["model_id"], ast.parse(made.module)
    bare_old = bare(old)
    for kind, said, changed in schema_mutants(entry):
        other = generate(changed)
        if isinstance(other, str):
            yield Outcome(TRIALS[1], kind, "refused", model_id, said)
            continue
        new = ast.parse(other.module)
        why = of_schema(kind, said, bare_old == bare(new))
        yield _outcome(TRIALS[1], kind, model_id, said, why, other, old)
        if (made.vendor, made.name) == (other.vendor, other.name):
            yield _outcome(TRIALS[2], kind, model_id, said, why, made, new)


def _outcome(
    trial: str, kind: str, model_id: str, said: str, why: str, made: Made, tree: Any
) -> Outcome:
    if noticed(made, tree, with_simulator=False):
        return Outcome(trial, kind, "noticed", model_id, said)
    verdict: Verdict = "equivalent" if why else "survived"
    return Outcome(trial, kind, verdict, model_id, said, why)


def bare(tree: ast.Module) -> str:
    """Return a module without its docstrings, to compare."""
    parts = [
        part
        for line in tree.body
        for part in (
            [line.name, *line.bases, *line.body]
            if isinstance(line, ast.ClassDef)
            else [line]
        )
    ]
    return "\n".join(
        part if isinstance(part, str) else ast.unparse(part)
        for part in parts
        if not isinstance(part, ast.Expr)
    )


def score_all(
    entries: Sequence[dict[str, Any]], done: Callable[[], None]
) -> list[Outcome]:
    """Return what becomes of each mutant of all, made on all cores."""
    jobs = len(os.sched_getaffinity(0))
    outcomes: list[Outcome] = []
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        for found in pool.map(score, entries):
            outcomes += found
            done()
    return outcomes
