"""What `generate` and `check` do to a tree, file by file."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.workspace import Run, Store

MODULE = Path("generated/runcomfy_models/acme/paint_1_5_edit.py")
PAGE = Path("generated/docs/models/acme/paint_1_5_edit.md")
TEST = Path("generated/tests/acme/test_paint_1_5_edit.py")


def tree(folder: Path = Path("generated")) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_model_becomes_a_module_a_page_and_a_test(run: Run, store: Store) -> None:
    store()
    done = run("generate")
    assert done.exit_code == 0
    assert "new  acme/paint-1.5/edit" in done.output
    assert "from runcomfy_models.acme import paint_1_5_edit" in done.output
    assert "1 changed, 0 unchanged, 0 removed" in done.output
    assert "strength: Annotated[float | None, Field(ge=0, le=1)] = 0.5" in (
        MODULE.read_text()
    )
    assert "Paints over a picture." in PAGE.read_text()
    assert "at most 1" in TEST.read_text()


def test_twice_gives_no_difference(run: Run, store: Store) -> None:
    store()
    run("generate")
    before = tree()
    times = {path: path.stat().st_mtime_ns for path in Path("generated").rglob("*")}
    done = run("generate")
    assert "0 changed, 1 unchanged, 0 removed" in done.output
    assert tree() == before
    assert times == {p: p.stat().st_mtime_ns for p in Path("generated").rglob("*")}
    assert run("check").exit_code == 0


def test_the_manifest_tells_the_truth(run: Run, store: Store) -> None:
    store()
    run("generate")
    manifest = json.loads(Path("generated/manifest.json").read_text())
    recorded = {
        **manifest["files"],
        **manifest["models"]["acme/paint-1.5/edit"]["files"],
    }
    files = {
        path: content for path, content in tree().items() if path != "manifest.json"
    }
    assert recorded == {
        path: hashlib.sha256(content).hexdigest() for path, content in files.items()
    }


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_bytes_depend_on_nothing_else(
    run: Run, store: Store, seed: str, tmp_path: Path
) -> None:
    store()
    store("acme/other.json", model_id="acme/other")
    run("generate")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "LC_ALL": "C",
        "TZ": "Asia/Tokyo",
    }
    subprocess.run(
        [
            *(sys.executable, "-m", "runcomfy_codegen", "generate"),
            *("--schemas", str(tmp_path / "schemas"), "--out", "out"),
        ],
        cwd=elsewhere,
        env=environment,
        check=True,
        capture_output=True,
    )
    assert tree(elsewhere / "out") == tree()


def test_check_names_what_is_wrong(run: Run, store: Store) -> None:
    store()
    run("generate")
    PAGE.unlink()
    MODULE.write_text(MODULE.read_text() + "# mine\n")
    stray = MODULE.with_name("stray.py")
    stray.write_text("")
    before = tree()
    done = run("check")
    assert done.exit_code == 1
    assert done.output.splitlines()[:3] == [
        f"missing  {PAGE}",
        f"edited by hand  {MODULE}",
        f"orphaned  {stray}",
    ]
    assert "runcomfy-codegen generate" in done.output
    assert tree() == before


def test_check_names_what_is_stale(run: Run, store: Store) -> None:
    store()
    run("generate")
    store(description="Other.")
    done = run("check")
    assert done.exit_code == 1
    assert f"stale  {PAGE}" in done.output
    assert "edited" not in done.output


def test_hand_edits_are_kept_until_forced(run: Run, store: Store) -> None:
    store()
    run("generate")
    MODULE.write_text("# mine\n")
    store(description="Other.")
    done = run("generate")
    assert done.exit_code == 1
    assert "1 file edited by hand left as before, beside what is new" in done.stderr
    assert MODULE.read_text() == "# mine\n"
    assert "Other." in PAGE.read_text()
    assert run("generate").exit_code == 1
    assert f"edited by hand  {MODULE}" in done.output
    run("generate", "--force")
    assert "Other." in MODULE.read_text()
    assert run("check").exit_code == 0


def test_a_removed_model_takes_its_files_and_no_others(run: Run, store: Store) -> None:
    gone = store()
    store("acme/other.json", model_id="acme/other")
    run("generate")
    stray = MODULE.with_name("stray.py")
    stray.write_text("# mine\n")
    gone.unlink()
    done = run("generate")
    assert "1 removed" in done.output
    assert not MODULE.exists()
    assert not PAGE.exists()
    assert not TEST.exists()
    assert stray.read_text() == "# mine\n"
    assert MODULE.with_name("other.py").exists()
    stray.unlink()
    assert run("check").exit_code == 0


def test_a_run_that_was_cut_short_is_mended(run: Run, store: Store) -> None:
    store()
    run("generate")
    store(description="Other.")
    run("generate")
    whole = tree()
    # As after a kill: the files are new, the manifest is old, and a journal is left.
    digest = hashlib.sha256(MODULE.read_bytes()).hexdigest()
    manifest = Path("generated/manifest.json")
    manifest.write_text(manifest.read_text().replace(digest, "0" * 64))
    journal = {MODULE.relative_to("generated").as_posix(): ["0" * 64, digest]}
    Path("generated/.manifest.journal.json").write_text(json.dumps(journal))
    store(description="Third.")
    done = run("generate")
    assert "edited" not in done.output
    assert "Third." in MODULE.read_text()
    store(description="Other.")
    run("generate")
    assert tree() == whole


def test_only_one_model(run: Run, store: Store) -> None:
    store()
    store("acme/other.json", model_id="acme/other")
    run("generate")
    store(description="New.")
    store("acme/other.json", model_id="acme/other", description="New too.")
    assert run("generate", "--only", "acme/other").exit_code == 0
    assert "New too." in MODULE.with_name("other.py").read_text()
    assert "New." not in MODULE.read_text()
    done = run("check")
    assert f"stale  {MODULE}" in done.output
    assert "other.py" not in done.output


def test_only_an_unknown_model(run: Run, store: Store) -> None:
    store()
    done = run("generate", "--only", "acme/pain")
    assert done.exit_code == 2
    assert "acme/pain" in done.output
    assert not Path("generated").exists()


def test_with_any_problem_nothing_is_written(run: Run, store: Store) -> None:
    store()
    store("acme/a.json", model_id="acme/a", input_schema={"type": "picture"})
    store(
        "acme/b.json",
        model_id="acme/b",
        input_schema={
            "type": "object",
            "properties": {"x": {"type": "integer", "minimum": 2, "maximum": 1}},
        },
    )
    Path("schemas/broken.json").write_text("{")
    done = run("generate")
    assert done.exit_code == 3
    assert "schemas/acme/a.json#/input_schema" in done.output
    assert "schemas/acme/b.json#/input_schema/properties/x/minimum: no value" in (
        done.output
    )
    assert "schemas/broken.json#: cannot be read" in done.output
    assert "nothing was written" in done.output
    assert not Path("generated").exists()


def test_two_models_with_one_name(run: Run, store: Store) -> None:
    store()
    store("acme/paint-1-5/edit.json", model_id="acme/paint-1-5/edit")
    done = run("generate")
    assert done.exit_code == 3
    line = done.output.split(": modules.")[1].splitlines()[0]
    Path("schemas/names.toml").write_text(f"modules.{line}\n")
    assert run("generate").exit_code == 0


HOSTILE_NAMES = ["../escaped", "a/b", "a b", "a\nimport os", 'a"""', "class", ""]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_chosen_name_that_is_none_is_refused(
    run: Run, store: Store, name: str
) -> None:
    store()
    line = f'modules."acme/paint-1.5/edit" = {json.dumps(name)}\n'
    Path("schemas/names.toml").write_text(line)
    done = run("generate")
    assert done.exit_code == 3
    assert "schemas/names.toml" in done.output
    assert not Path("generated").exists()


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_retired_name_leads_nowhere_and_is_no_code(
    run: Run, store: Store, name: str
) -> None:
    store()
    line = f"{json.dumps('acme/' + name)} = {json.dumps(name)}\n"
    Path("schemas/retired.toml").write_text(line)
    run("generate")
    assert not list(Path().glob("escaped*"))
    assert not list(Path("generated").glob("*escaped*"))
    for path in Path("generated/runcomfy_models/acme").rglob("*.py"):
        names = compile(path.read_text("utf-8"), path, "exec").co_names
        assert "os" not in names


def test_one_model_in_two_files(run: Run, store: Store) -> None:
    store()
    store("acme/copy.json")
    done = run("generate")
    assert done.exit_code == 3
    assert "has this model_id too" in done.output


def test_a_retired_model_names_its_successor(run: Run, store: Store) -> None:
    store()
    Path("schemas/retired.toml").write_text('"acme/old" = "acme/paint-1.5/edit"\n')
    assert run("generate").exit_code == 0
    done = subprocess.run(
        [sys.executable, "-c", "import runcomfy_models.acme.old"],
        cwd="generated",
        capture_output=True,
        text=True,
    )
    assert "RetiredModelError" in done.stderr
    assert "acme/paint-1.5/edit" in done.stderr


def test_templates_of_ones_own(run: Run, store: Store) -> None:
    store()
    own = Path("own/docs/models/{vendor}")
    own.mkdir(parents=True)
    (own / "{module}.md.jinja").write_text("# {{ view.model_id | markdown }}\n")
    assert run("generate", "--templates", "own").exit_code == 0
    assert PAGE.read_text() == "# acme/paint-1.5/edit\n"
    assert Path("generated/README.md").exists(), "the shipped templates are gone"
    (own / "{module}.md.jinja").write_text("\n{{ view.colour }}\n")
    done = run("generate", "--templates", "own")
    assert done.exit_code == 1
    assert "docs/models/{vendor}/{module}.md.jinja:2: " in done.output


def test_no_link_is_written_through(run: Run, store: Store, tmp_path: Path) -> None:
    store()
    outside = tmp_path / "outside"
    outside.mkdir()
    Path("generated/runcomfy_models").mkdir(parents=True)
    Path("generated/runcomfy_models/acme").symlink_to(outside)
    done = run("generate")
    assert done.exit_code == 1
    assert "symbolic link" in done.output
    assert not list(outside.iterdir())


def test_no_such_folder(run: Run) -> None:
    done = run("generate", "--schemas", "nowhere")
    assert done.exit_code == 2
    assert "nowhere: there is no such folder" in done.output


@pytest.mark.parametrize("out", ["schemas", "schemas/../schemas/generated"])
def test_nothing_is_generated_among_the_stored_models(
    run: Run, store: Store, out: str
) -> None:
    store()
    before = tree(Path("schemas"))
    done = run("generate", "--out", out)
    assert done.exit_code == 2
    assert "it is in the folder of stored models; give another" in done.output
    assert tree(Path("schemas")) == before


def test_an_empty_store_is_an_empty_package(run: Run, folder: Path) -> None:
    Path("schemas").mkdir()
    done = run("generate")
    assert done.exit_code == 0
    assert "0 changed, 0 unchanged, 0 removed" in done.output
    code = "import runcomfy_models; print(runcomfy_models.models())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd="generated", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_an_edit_that_keeps_size_and_time_is_noticed(run: Run, store: Store) -> None:
    store()
    run("generate")
    assert run("check").exit_code == 0
    at = MODULE.stat()
    MODULE.write_text(MODULE.read_text().replace("le=1", "le=2"))
    os.utime(MODULE, ns=(at.st_atime_ns, at.st_mtime_ns))
    assert MODULE.stat().st_size == at.st_size
    done = run("check")
    assert done.exit_code == 1
    assert f"edited by hand  {MODULE.as_posix()}" in done.output


def test_check_says_the_same_with_and_without_its_stamp(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store()
    run("generate")
    quick = run("check")
    monkeypatch.setenv("XDG_CACHE_HOME", "elsewhere")
    assert quick.output == run("check").output
    assert quick.output == (
        f"{len(tree())} files up to date, as manifest.json records them\n"
    )


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="there are no terminals here")
def test_progress_shows_on_a_terminal_and_not_in_a_pipe(run: Run, store: Store) -> None:
    import pty

    store()
    command = [sys.executable, "-m", "runcomfy_codegen", "generate"]
    ours, terminal = pty.openpty()
    subprocess.run(command, stderr=terminal, stdout=subprocess.DEVNULL, check=True)
    os.close(terminal)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert "models read: 1 of 1" in shown
    assert shown.endswith("\r\x1b[K")

    store(description="Another.")
    piped = subprocess.run(command, capture_output=True, text=True, check=True)
    assert piped.stderr == ""
    assert "\r" not in piped.stdout


@pytest.mark.parametrize("path", ["manifest.json", "runcomfy_models/pipe.py"])
def test_a_pipe_in_the_tree_is_not_waited_for(
    run: Run, store: Store, path: str
) -> None:
    store()
    pipe = Path("generated", path)
    pipe.parent.mkdir(parents=True)
    os.mkfifo(pipe)
    done = run("generate")
    assert done.exit_code == 1
    assert f"{path}: is not a file; " in done.stderr
    pipe.unlink()
    assert run("generate").exit_code == 0
    os.mkfifo("generated/.manifest.journal.json")
    assert run("check").exit_code == 0
