"""`runcomfy-codegen resolve`: branches that each add a model, merged by one command."""

import subprocess
from pathlib import Path

from tests.support.workspace import Run, Store

AS_SOMEBODY = ("-c", "user.name=a", "-c", "user.email=a@acme.test")


def _git(*arguments: str, fails: bool = False) -> None:
    done = subprocess.run(
        ["git", *AS_SOMEBODY, *arguments], capture_output=True, check=False
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr


def _commit() -> None:
    _git("add", "-A")
    _git("commit", "-qm", "x")


def _branches(run: Run, store: Store) -> None:
    """Leave a merge of two branches, each with a new model, in conflict."""
    _git("init", "-q", "-b", "main")
    store()
    run("generate")
    _commit()
    for name in ("one", "two"):
        _git("switch", "-qc", name, "main")
        store(f"acme/{name}.json", model_id=f"acme/{name}")
        run("generate")
        _commit()
    _git("merge", "one", fails=True)


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_two_branches_that_each_add_a_model(
    run: Run, store: Store, folder: Path
) -> None:
    _branches(run, store)
    done = run("resolve")
    assert done.exit_code == 0, done.output
    assert "resolved  generated/manifest.json" in done.output
    assert "and generated staged" in done.output
    assert run("check").exit_code == 0
    assert run("generate", "--out", "anew").exit_code == 0
    assert _tree(folder / "anew") == _tree(folder / "generated")
    _git("commit", "-qm", "merged")
    unstaged = subprocess.run(
        ["git", "status", "--porcelain", "generated", "schemas"],
        capture_output=True,
        check=True,
    )
    assert unstaged.stdout == b""


def test_a_conflict_in_a_stored_model_is_a_persons(run: Run, store: Store) -> None:
    _git("init", "-q", "-b", "main")
    store()
    run("generate")
    _commit()
    for name in ("one", "two"):
        _git("switch", "-qc", name, "main")
        store(display_name=name)
        run("generate")
        _commit()
    _git("merge", "one", fails=True)
    done = run("resolve")
    assert done.exit_code == 2
    assert (
        "schemas/acme/paint-1.5/edit.json: a conflict outside of generated"
        in done.output
    )
    store(display_name="both")
    _git("add", "schemas")
    assert run("resolve").exit_code == 0
    assert run("check").exit_code == 0


def test_outside_of_a_repository(run: Run, store: Store) -> None:
    store()
    done = run("resolve")
    assert done.exit_code == 2
    assert "it is not in a git repository" in done.output


def test_a_merge_whose_schemas_have_a_problem_writes_nothing(
    run: Run, store: Store, folder: Path
) -> None:
    _branches(run, store)
    store("acme/three.json", model_id="acme/three", input_schema={"type": "picture"})
    before = _tree(folder / "generated")
    assert run("resolve").exit_code == 3
    assert _tree(folder / "generated") == before
