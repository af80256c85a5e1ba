"""Mutate the generator and the runtime's pure rules, and keep what the tests noticed.

`python -m benchmarks.mutation [GROUP…]` runs mutmut on copies of the repository in
`.mutation/`, one a group of modules with the quick tests that judge it, and counts what
was run so far into `benchmarks/MUTATION.md`. What stands there below the table is kept,
and so are the rows of groups without a copy: delete such a row when its module changes.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
STAGES = ROOT / ".mutation"
REPORT = Path(__file__).with_name("MUTATION.md")
BELOW = "\n## "
"""Begins what a person wrote into the report."""

CODEGEN, MODELS = "runcomfy_codegen", "runcomfy_models"
PACKAGES = (f"generator/{CODEGEN}", f"generated/{MODELS}")
BESIDE = ("tests", "templates", "schemas", "generated")
NOT_RUN = (
    # mutmut does its own copies, and writes beside the tests.
    "-n0",
    # Tell imports and bytes of this source from those of another: a mutant has both.
    "--ignore=tests/runtime/test_imports.py",
    "--deselect=tests/command_line/test_generate.py::test_the_bytes_depend_on_nothing_else",
    # Take too long to run thousands of times.
    "--deselect=tests/runtime/test_many.py::test_hundreds_in_flight_cost_few_threads_and_little_memory",
    "--deselect=tests/sync/test_sync_lies.py::test_an_interruption_leaves_whole_files",
    "--deselect=tests/sync/test_sync_simulated.py::test_a_catalogue_of_any_size",
    "--deselect=tests/reader/test_reader_hostile.py::test_ten_megabytes_around_a_model_change_nothing",
    "--deselect=tests/dialect/test_names.py::test_every_taken_name_works_as_a_field",
    "--deselect=tests/dialect/test_names.py::test_the_generated_test_of_an_odd_name_passes",
)


class Group(NamedTuple):
    """Modules that the same tests judge."""

    package: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    endings: str
    """The last digits of the mutants that are run: each a tenth of them."""


COLUMNS = ("killed", "timeout", "survived", "no tests")
"""How mutmut calls what becomes of a mutant."""
GROUPS = {
    "runtime": Group(
        MODELS, ("_core/*", "errors", "results"), ("tests/runtime",), "0123456789"
    ),
    "batch": Group(MODELS, ("_batch/*",), ("tests/batch",), "7"),
    "shell": Group(MODELS, ("cli/*",), ("tests/shell",), "7"),
    "normalise": Group(
        CODEGEN,
        ("normalise/*", "names/*", "schema/*"),
        (
            *("tests/golden/test_stages.py", "tests/dialect/test_names.py"),
            "tests/dialect/test_patterns.py",
        ),
        "37",
    ),
    "render": Group(
        CODEGEN,
        ("render/*",),
        (
            *("tests/golden/test_stages.py", "tests/golden/test_committed.py"),
            *("tests/golden/test_documented.py", "tests/dialect/test_layout.py"),
        ),
        "3",
    ),
    "diff": Group(
        CODEGEN,
        ("diff/*", "app/compare", "app/changelog", "store/revisions"),
        ("tests/diff",),
        "7",
    ),
    "sync": Group(
        CODEGEN,
        ("catalogue/*", "app/sync*", "http", "cli/sync"),
        ("tests/sync",),
        "7",
    ),
    "reader": Group(
        CODEGEN,
        ("reader/*", "app/add"),
        ("tests/reader", "tests/command_line/test_add.py"),
        "7",
    ),
    "writing": Group(
        CODEGEN,
        (
            *("app/build", "app/check", "app/generate", "app/lint", "app/plan"),
            *("atomic", "cache/*", "digests", "errors", "output/*", "parallel"),
            *("resources", "session", "store/accepted", "store/entries"),
            *("store/folder", "store/history", "store/remembered", "store/tables"),
            *("cli/_*", "cli/check", "cli/diff", "cli/generate", "cli/lint"),
        ),
        (
            *("tests/command_line/test_stages_of_files.py",),
            *("tests/command_line/test_lint_lines.py",),
            *("tests/command_line/test_lint.py", "tests/command_line/test_trees.py"),
            "tests/command_line/test_generate.py",
        ),
        "7",
    ),
}


def main() -> None:
    """Run mutants, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation")
    parser.add_argument("groups", nargs="*", metavar="GROUP")
    parser.add_argument("--children", default="2", help="How many run at once.")
    parser.add_argument("--report", action="store_true", help="Only write the report.")
    arguments = parser.parse_args()
    if not arguments.report:
        for name in arguments.groups or GROUPS:
            _stage(name)
            pattern = f"{GROUPS[name].package}.*__mutmut_*"
            patterns = [f"{pattern}{end}" for end in GROUPS[name].endings]
            _mutmut(name, "run", "--max-children", arguments.children, *patterns)
    kept = REPORT.read_text("utf-8").partition(BELOW) if REPORT.exists() else ("",) * 3
    found = recorded(kept[0].splitlines())
    found |= outcomes(line for name in GROUPS for line in _results(name))
    table = as_markdown(dict(sorted(found.items())))
    REPORT.write_text(table + kept[1] + kept[2], "utf-8")
    sys.stdout.write(table)


def _stage(name: str) -> None:
    """Copy what is mutated to where mutmut finds it, and what its tests need beside it."""
    stage = STAGES / name
    shutil.rmtree(stage, ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__")
    for package in PACKAGES:
        target = stage / "src" / package.partition("/")[2]
        shutil.copytree(ROOT / package, target, ignore=ignore)
    for folder in BESIDE:
        shutil.copytree(ROOT / folder, stage / folder, ignore=ignore)
    group = GROUPS[name]
    settings = {
        "source_paths": ["src"],
        "also_copy": [folder for folder in BESIDE if folder != "tests"],
        "only_mutate": [f"src/{group.package}/{module}.py" for module in group.modules],
        "pytest_add_cli_args_test_selection": list(group.tests),
        "pytest_add_cli_args": list(NOT_RUN),
        "timeout_multiplier": 4.0,
        "timeout_constant": 2.0,
    }
    # A JSON value is the same value in TOML.
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    text = "\n".join([project, "[tool.mutmut]", *lines, ""])
    (stage / "pyproject.toml").write_text(text, "utf-8")


def _mutmut(name: str, *arguments: str, **how: bool) -> str:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "mutmut"), *arguments],
        cwd=STAGES / name,
        check=True,
        text=True,
        **how,
    )
    return str(done.stdout)


def _results(name: str) -> list[str]:
    if not (STAGES / name / "mutants").exists():
        return []
    return _mutmut(name, "results", "--all", "true", capture_output=True).splitlines()


def recorded(lines: Iterable[str]) -> dict[str, Counter[str]]:
    """Return what a report counts of the modules of groups that have no copy here."""
    found: dict[str, Counter[str]] = {}
    staged = [name for name in GROUPS if (STAGES / name).exists()]
    known = [pattern for name in staged for pattern in _dotted(name)]
    for line in lines:
        name, *counts = line.strip("| ").split(" | ")
        if name.startswith("runcomfy_") and not any(fnmatch(name, p) for p in known):
            numbers = map(int, counts[1:5])
            found[name] = Counter(dict(zip(COLUMNS, numbers, strict=True)))
    return found


def _dotted(group: str) -> list[str]:
    """Return the names of a group's modules; of `a/*`, also that of the package."""
    modules = [module.replace("/", ".") for module in GROUPS[group].modules]
    modules += [module.removesuffix(".*") for module in modules]
    return [f"{GROUPS[group].package}.{module}" for module in modules]


def outcomes(lines: Iterable[str]) -> dict[str, Counter[str]]:
    """Count by module what mutmut lists as `    module.x_function__mutmut_1: killed`."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        name, _, outcome = line.strip().rpartition(": ")
        if "__mutmut_" in name and outcome != "not checked":
            found[name.partition(".x")[0]][outcome] += 1
    return dict(sorted(found.items()))


def as_markdown(found: dict[str, Counter[str]]) -> str:
    """Return the report: a row a module, and all of them first."""
    total = sum(found.values(), Counter[str]())
    rows = [
        " | ".join(
            [
                f"| {name} | {counts.total()}",
                *(str(counts[column]) for column in COLUMNS),
                f"{_score(counts)} |",
            ]
        )
        for name, counts in [("all", total), *found.items()]
    ]
    return "\n".join(
        [
            "# Mutation testing",
            "",
            f"mutmut {version('mutmut')}. Of the runtime's pure rules all mutants are run, of what",
            "normalises and names those whose number ends in 3 or 7, of what renders in 3, of the",
            "rest in 7, the quickest to judge first; what was not run is not counted. Each group",
            "of `mutation.py` is judged by its own quick tests. The score is the share that was",
            "noticed: killed, or stopped for taking too long.",
            "",
            "| module | mutants | killed | too long | survived | not reached | score |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
            *rows,
            "",
        ]
    )


def _score(counts: Counter[str]) -> str:
    noticed = counts["killed"] + counts["timeout"]
    return f"{noticed / counts.total():.0%}"


if __name__ == "__main__":
    main()
