"""What `generate` and `check` make of the folders and files that are there already."""

import json
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runcomfy_codegen.digests import digest
from runcomfy_codegen.output.manifest import dump_manifest
from runcomfy_codegen.output.tree import read_tree
from tests.support.workspace import Run, Store

BAD = {"type": "object", "properties": {"a": {"type": "picture"}}}


def tree(folder: str) -> dict[str, bytes]:
    root = Path(folder)
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("jobs", ["2", "3", "99"])
def test_workers_change_no_byte(run: Run, store: Store, jobs: str) -> None:
    for number in range(10):
        store(f"acme/m{number}.json", model_id=f"acme/m{number}")
    assert run("generate", "--jobs", "1").exit_code == 0
    done = run("generate", "--out", "spread", "--jobs", jobs)
    assert "10 changed" in done.output
    assert tree("spread") == tree("generated")


def test_workers_report_every_problem(run: Run, store: Store) -> None:
    for number in range(9):
        bad = {"input_schema": BAD} if number % 2 else {}
        store(f"acme/m{number}.json", model_id=f"acme/m{number}", **bad)
    alone = run("generate", "--jobs", "1")
    spread = run("generate", "--jobs", "3")
    assert alone.exit_code == spread.exit_code == 3
    assert spread.stderr == alone.stderr
    assert alone.stderr.count("is not a type") == 4


def test_a_vendor_without_models_leaves_no_folder(run: Run, store: Store) -> None:
    store("acme/a.json", model_id="acme/a")
    gone = store("other/b.json", model_id="other/b")
    run("generate")
    cache = Path("generated/runcomfy_models/other/__pycache__")
    cache.mkdir()
    (cache / "b.cpython-311.pyc").write_bytes(b"compiled")
    gone.unlink()
    assert "removed  other/b" in run("generate").output
    assert not list(Path("generated").rglob("other*"))
    assert Path("generated/runcomfy_models/acme/a.py").exists()
    assert run("check").exit_code == 0


def test_a_folder_with_a_file_of_somebody_else_stays(run: Run, store: Store) -> None:
    gone = store("acme/a.json", model_id="acme/a")
    store("other/b.json", model_id="other/b")
    run("generate")
    mine = Path("generated/docs/models/acme/mine.txt")
    mine.write_text("mine")
    gone.unlink()
    assert run("generate").exit_code == 0
    assert mine.read_text() == "mine"
    assert not Path("generated/docs/models/acme/a.md").exists()
    assert not Path("generated/runcomfy_models/acme").exists()


def test_folders_above_the_output_are_made(run: Run, store: Store) -> None:
    store()
    assert run("generate", "--out", "x/y/z").exit_code == 0
    assert run("check", "--out", "x/y/z").exit_code == 0


def test_a_file_above_the_output(run: Run, store: Store) -> None:
    store()
    Path("file").write_text("mine")
    done = run("generate", "--out", "file/out")
    assert done.exit_code == 1
    assert done.stderr.startswith("file/out: cannot be used: Not a directory; ")
    assert Path("file").read_text() == "mine"


def test_a_file_in_the_place_of_a_folder(run: Run, store: Store) -> None:
    store()
    Path("generated").mkdir()
    Path("generated/docs").write_text("mine")
    done = run("generate", "--force")
    assert done.exit_code == 1
    assert "generated/docs/assets: cannot be used: Not a directory; " in done.stderr
    assert Path("generated/docs").read_text() == "mine"


@pytest.mark.parametrize("command", ["generate", "check"])
def test_what_cannot_be_read(run: Run, store: Store, command: str) -> None:
    store()
    run("generate")
    with socket.socket(socket.AF_UNIX) as unreadable:
        unreadable.bind("generated/docs/socket")
        done = run(command)
    assert done.exit_code == 1
    assert (
        done.stderr == "generated/docs/socket: is not a file; remove it and run again\n"
    )


@pytest.mark.parametrize("command", ["generate", "check", "watch"])
def test_no_such_folder_of_templates(run: Run, store: Store, command: str) -> None:
    store()
    done = run(command, "--templates", "nowhere")
    assert done.exit_code == 2
    assert done.stderr.startswith("nowhere: there is no such folder; ")
    assert not Path("generated").exists()


def test_list_shows_the_models_beside_a_problem(run: Run, store: Store) -> None:
    store("acme/a.json", model_id="acme/a")
    store("acme/bad.json", model_id="acme/bad", input_schema=BAD)
    done = run("list")
    assert done.exit_code == 3
    assert done.stdout.splitlines() == [
        "acme/a    runcomfy_models.acme.a",
        "acme/bad  runcomfy_models.acme.bad",
    ]
    assert 'schemas/acme/bad.json#/input_schema/properties/a/type: "picture"' in (
        done.stderr
    )


def test_help_names_every_command(run: Run) -> None:
    done = run("--help")
    assert done.exit_code == 0, repr(done.exception)
    told = done.stdout
    commands = "add sync generate watch check diff lint list docs"
    for command in commands.split():
        assert f"\n  {command}  " in told
        assert run(command, "--help").exit_code == 0


def test_no_such_command(run: Run) -> None:
    done = run("nonsense")
    assert done.exit_code == 2
    assert "No such command 'nonsense'" in done.stderr


def resealed(path: str, content: bytes) -> None:
    """Write a file of the tree, and a manifest that says it was generated so."""
    file = Path("generated", path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    manifest = json.loads(Path("generated/manifest.json").read_text())
    del manifest["seal"]
    owners = [manifest, *manifest["models"].values()]
    owner = next((each for each in owners if path in each["files"]), manifest)
    owner["files"][path] = digest(content)
    Path("generated/manifest.json").write_bytes(dump_manifest(manifest))


@pytest.mark.parametrize(
    "path",
    [
        "runcomfy_models/acme/paint_1_5_edit.py",
        "runcomfy_models/_core/settings.py",
        "tests/conftest.py",
        "tests/site/conftest.py",
        "tests/__pycache__x/conftest.py",
        "README.md",
    ],
)
def test_a_full_check_trusts_no_record(run: Run, store: Store, path: str) -> None:
    store()
    run("generate")
    clean = tree("generated")
    assert "made anew and compared" in run("check", "--full").stdout
    resealed(path, b"import os\n")
    assert run("check").exit_code == 0
    full = run("check", "--full")
    assert full.exit_code == 1
    assert f"generated/{path}\n" in full.stdout
    assert "generate --force" in full.stderr
    assert run("generate", "--force").exit_code == 0
    assert tree("generated") == clean
    assert run("check", "--full").exit_code == 0


@pytest.mark.parametrize("path", ["tests/.pytest.ini", "docs/extra.md", "conftest.py"])
def test_a_full_check_tells_of_strays(run: Run, store: Store, path: str) -> None:
    store()
    run("generate")
    Path("generated", path).write_text("x")
    full = run("check", "--full")
    assert full.exit_code == 1
    assert full.stdout.splitlines() == [f"orphaned  generated/{path}"]


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: manifest["models"].clear(),
        lambda manifest: manifest.update(models=[]),
        lambda manifest: manifest.update(files=None),
        lambda manifest: manifest.pop("inputs"),
        lambda manifest: manifest["models"].update(x={}),
        lambda manifest: [m.pop("path") for m in manifest["models"].values()],
        lambda manifest: [m.update(module="a") for m in manifest["models"].values()],
        lambda manifest: [m.update(files={}) for m in manifest["models"].values()],
        lambda manifest: [m.update(files=7) for m in manifest["models"].values()],
        lambda manifest: [m.update(inputs=[]) for m in manifest["models"].values()],
    ],
)
def test_a_manifest_that_is_malformed_and_sealed(
    run: Run, store: Store, change: Callable[[Any], Any]
) -> None:
    store()
    run("generate")
    clean = tree("generated")
    manifest = json.loads(Path("generated/manifest.json").read_text())
    del manifest["seal"]
    change(manifest)
    Path("generated/manifest.json").write_bytes(dump_manifest(manifest))
    checked = run("check", "--full")
    assert checked.exit_code == 1
    assert "generated/manifest.json" in checked.stdout
    run("check")
    store(description="Another.")
    assert run("generate", "--force").exit_code == 0
    assert run("check", "--full").exit_code == 0
    store()
    run("generate", "--force")
    assert tree("generated").keys() == clean.keys()


def test_line_ends_are_not_an_edit(run: Run, store: Store) -> None:
    """As in a checkout on Windows, of the schemas and of what was generated."""
    stored = store()
    Path("schemas/names.toml").write_text("# none\n")
    run("generate")
    clean = tree("generated")
    for file in [stored, *Path("schemas").glob("*.*"), *Path("generated").rglob("*.*")]:
        content = file.read_bytes() if file.is_file() else b"\0"
        if b"\0" not in content:
            file.write_bytes(content.replace(b"\n", b"\r\n"))
    assert run("check").exit_code == 0
    assert run("check", "--full").exit_code == 0
    assert "0 changed, 1 unchanged" in run("generate").stdout
    store(description="Another.")
    run("generate")
    store()
    run("generate", "--force")
    for path, content in clean.items():
        assert Path("generated", path).read_bytes().replace(b"\r\n", b"\n") == content


@pytest.mark.parametrize(
    "segment", ["site", "__pycache__", "x.egg-info", "node_modules"]
)
@pytest.mark.parametrize("model_id", ["{}/a/b", "acme/{}", "acme/{}/b"])
def test_a_model_with_the_name_of_a_leftover(
    run: Run, segment: str, model_id: str
) -> None:
    model_id = model_id.format(segment)
    page = Path("entry.json")

    def save(maximum: int) -> None:
        schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
        schema["properties"]["n"]["maximum"] = maximum  # type: ignore[index]
        page.write_text(json.dumps({"model_id": model_id, "input_schema": schema}))
        assert run("add", str(page), "--force").exit_code == 0

    save(9)
    assert "1 changed" in run("generate").stdout
    assert run("check").exit_code == 0
    save(5)
    assert run("check").exit_code == 1
    assert "breaking  input n: maximum 9 -> 5" in run("generate").stdout
    assert run("check", "--full").exit_code == 0


@pytest.mark.parametrize(
    "model_id",
    ["acme/aux", "con/a", "acme/NUL.v2", "acme/com1/x", "acme/a./b ", "a/b."],
)
def test_no_file_has_a_name_that_windows_cannot_hold(run: Run, model_id: str) -> None:
    page = Path("entry.json")
    page.write_text(
        json.dumps({"model_id": model_id, "input_schema": {"type": "object"}})
    )
    assert run("add", str(page)).exit_code == 0
    assert "unchanged" in run("add", str(page)).stdout
    assert run("generate").exit_code == 0
    for file in [*Path("schemas").rglob("*"), *Path("generated").rglob("*")]:
        stem = file.name.partition(".")[0].strip()
        assert stem.lower() not in ("aux", "con", "nul", "com1"), file
        assert not file.name.endswith((".", " ")), file


def test_nothing_of_one_without_a_home(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "")
    store()
    assert run("generate").exit_code == 0
    assert run("check").exit_code == 0
    assert not Path("~").exists()
    assert sorted(path.name for path in Path().iterdir()) == ["generated", "schemas"]


def test_folders_that_are_very_deep(run: Run, store: Store) -> None:
    """Deeper than Python calls itself."""
    store()
    run("generate")
    at = os.open(".", os.O_RDONLY)
    for top in ("generated", "schemas"):
        below = os.open(top, os.O_RDONLY, dir_fd=at)
        for _ in range(1200):
            os.mkdir("d", dir_fd=below)
            inside = os.open("d", os.O_RDONLY, dir_fd=below)
            os.close(below)
            below = inside
        os.close(below)
    os.close(at)
    assert run("check").exit_code == 0
    assert run("generate").exit_code == 0
    for top in ("generated", "schemas"):
        subprocess.run(["rm", "-rf", f"{top}/d"], check=True)


def test_a_folder_that_cannot_be_listed(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store()
    run("generate")
    Path("generated/docs").chmod(0)
    if os.geteuid() == 0:  # root may list everything, unless it gives that up
        os.seteuid(65534)
    try:
        done = run("check", "--full")
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        Path("generated/docs").chmod(0o755)
    assert done.exit_code == 1
    assert done.stderr.startswith("generated")
    assert "cannot be used: Permission denied" in done.stderr


@pytest.mark.parametrize(
    "rubbish",
    [
        {"models": {}, "files": {f"x/{n}": "a" * 40 for n in range(50_000)}},
        {"models": {}, "files": {}, "more": [[] for _ in range(600_000)]},
    ],
    ids=["names", "lists"],
)
@pytest.mark.parametrize("name", ["manifest.json", ".manifest.journal.json"])
def test_a_record_of_rubbish_names_nothing(
    run: Run, store: Store, rubbish: dict[str, Any], name: str
) -> None:
    """It is well formed and sealed, and far larger than the folder could need."""
    store("acme/a.json", model_id="acme/a")
    run("generate")
    Path("generated", name).write_bytes(dump_manifest(rubbish))
    known = read_tree(Path("generated")).known
    assert all(Path("generated", path).exists() for path in known)
    assert run("generate").exit_code == run("check").exit_code == 0
