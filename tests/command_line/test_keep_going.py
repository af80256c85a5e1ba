"""`generate --keep-going`: one broken model does not stop the others."""

from pathlib import Path

from tests.support.workspace import Run, Store

BROKEN = {"type": "object", "properties": {"x": {"type": "picture"}}}
MODULE = Path("generated/runcomfy_models/acme/paint_1_5_edit.py")


def _tree() -> dict[str, bytes]:
    return {p.as_posix(): p.read_bytes() for p in Path("generated").rglob("*.*")}


def test_without_it_nothing_is_written(run: Run, store: Store) -> None:
    store()
    store("acme/b.json", model_id="acme/b", input_schema=BROKEN)
    assert run("generate").exit_code == 3
    assert not Path("generated").exists()


def test_the_others_are_made_and_the_broken_one_is_as_before(
    run: Run, store: Store
) -> None:
    store()
    store("acme/b.json", model_id="acme/b")
    run("generate")
    before = MODULE.read_bytes()
    store(input_schema=BROKEN)
    store("acme/b.json", model_id="acme/b", description="Another.")
    store("acme/c.json", model_id="acme/c")
    done = run("generate", "--keep-going")
    assert done.exit_code == 3
    assert "schemas/acme/paint-1.5/edit.json#/input_schema/properties/x/type: " in (
        done.stderr
    )
    assert "1 model with Problems left as before" in done.stderr
    assert MODULE.read_bytes() == before
    assert Path("generated/runcomfy_models/acme/c.py").is_file()
    assert "Another." in Path("generated/runcomfy_models/acme/b.py").read_text()
    assert (
        "paint_1_5_edit" in Path("generated/runcomfy_models/_catalogue.py").read_text()
    )


def test_a_new_broken_model_is_left_out(run: Run, store: Store) -> None:
    store()
    store("acme/b.json", model_id="acme/b", input_schema=BROKEN)
    Path("schemas/acme/c.json").write_text("{")
    done = run("generate", "--keep-going")
    assert done.exit_code == 3
    assert "2 models with Problems" in done.stderr
    assert MODULE.is_file()
    assert not Path("generated/runcomfy_models/acme/b.py").exists()


def test_it_says_so_again_until_it_is_mended(run: Run, store: Store) -> None:
    store()
    run("generate")
    store(input_schema=BROKEN)
    assert run("generate", "--keep-going").exit_code == 3
    assert run("generate", "--keep-going").exit_code == 3
    assert run("check").exit_code == 3
    store(description="Mended.")
    assert run("generate", "--keep-going").exit_code == 0
    assert "Mended." in MODULE.read_text()
    mended = _tree()
    run("generate", "--force")
    assert _tree() == mended


def test_what_is_not_a_models_own_stops_the_run(run: Run, store: Store) -> None:
    store()
    Path("schemas/names.toml").write_text("[")
    assert run("generate", "--keep-going").exit_code == 3
    assert not Path("generated").exists()
