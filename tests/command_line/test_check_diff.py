"""`check --diff`: the lines in which a tree is not as it would be generated."""

from pathlib import Path

from tests.support.workspace import Run, Store

MODULE = Path("generated/runcomfy_models/acme/paint_1_5_edit.py")


def test_what_is_up_to_date_has_none(run: Run, store: Store) -> None:
    store()
    run("generate")
    assert run("check", "--diff").exit_code == 0


def test_a_changed_model_and_an_edited_file(run: Run, store: Store) -> None:
    store()
    store("acme/b.json", model_id="acme/b")
    run("generate")
    text = MODULE.read_text()
    MODULE.write_text(text.replace("Paints over", "Mine: \x1b[31m over"))
    store("acme/b.json", model_id="acme/b", description="Quite another.")
    Path("generated/notes.txt").write_text("mine")
    done = run("check", "--diff")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    at = lines.index(f"edited by hand  {MODULE}")
    path = MODULE.relative_to("generated").as_posix()
    assert lines[at + 1 : at + 3] == [
        f"    --- {path}",
        f"    +++ {path} (generated)",
    ]
    assert lines[at + 3].startswith("    @@ ")
    assert any("-" in line and "Mine: \\x1b[31m over" in line for line in lines)
    assert any(line.startswith("    +") and "Quite another." in line for line in lines)
    at = lines.index("orphaned  generated/notes.txt")
    assert not lines[at + 1].startswith("    ")
    assert "\x1b" not in done.stdout
    assert MODULE.read_text() != text


def test_it_is_bounded(run: Run, store: Store) -> None:
    store()
    run("generate")
    MODULE.write_text("\n".join(["x" * 1000, *map(str, range(5000))]))
    Path("generated/README.md").write_bytes(b"\0\xff")
    done = run("check", "--diff")
    assert f"… and more lines of {MODULE.relative_to('generated').as_posix()}" in (
        done.stdout
    )
    assert "not text, or too large to be compared by line" in done.stdout
    assert max(map(len, done.stdout.splitlines())) < 250
    assert len(done.stdout.splitlines()) < 100


def test_what_is_missing_is_shown_as_it_would_be(run: Run, store: Store) -> None:
    store()
    run("generate")
    MODULE.unlink()
    done = run("check", "--full", "--diff")
    assert f"missing  {MODULE}" in done.stdout
    assert "    +class Input(" in done.stdout
