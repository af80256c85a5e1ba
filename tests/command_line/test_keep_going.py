"""`generate --keep-going`: one broken model does not stop the others."""

from collections import Counter
from pathlib import Path

from runcomfy_codegen.app.generate import generate
from runcomfy_codegen.app.plan import Request
from runcomfy_codegen.session import Session
from tests.support.workspace import Run, Store

BROKEN = {"type": "object", "properties": {"x": {"type": "picture"}}}
NO_EXAMPLE = {
    "type": "object",
    "required": ["a"],
    "properties": {"a": {"type": "string", "maxLength": 3, "pattern": "^a{4}$"}},
}
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


def test_each_model_is_read_and_made_once(store: Store) -> None:
    store()
    store("acme/b.json", model_id="acme/b", input_schema=BROKEN)
    store("acme/c.json", model_id="acme/c", input_schema=NO_EXAMPLE)
    done: Counter[tuple[str, int]] = Counter()

    def count(doing: str, so_far: int, total: int) -> None:
        done[doing, total] += so_far == total

    schemas, out = Path("schemas"), Path("generated")
    request = Request(keep_going=True)
    session = Session(count, jobs=1)
    made = generate(schemas, out, None, request, session, lambda: None)
    assert {problem.file for problem in made.plan.problems} == {
        "acme/b.json",
        "acme/c.json",
    }
    assert done["models read", 3] == 1
    assert done["models made", 2] == 1
    assert sum(count for (doing, _), count in done.items() if "models" in doing) == 2
    assert made.plan.models == {"acme/paint-1.5/edit"}
    assert MODULE.is_file()


def test_a_model_that_comes_to_no_example_is_as_before(run: Run, store: Store) -> None:
    store()
    run("generate")
    before = MODULE.read_bytes()
    store(input_schema=NO_EXAMPLE)
    store("acme/b.json", model_id="acme/b")
    done = run("generate", "--keep-going")
    assert done.exit_code == 3
    assert "no example could be made of it" in done.stderr
    assert MODULE.read_bytes() == before
    assert Path("generated/runcomfy_models/acme/b.py").is_file()
    assert "acme/paint-1.5/edit" in Path("generated/README.md").read_text()


def test_a_name_is_refused_that_a_model_left_as_before_has(
    run: Run, store: Store
) -> None:
    store("acme/a.json", model_id="acme/paint.1")
    run("generate")
    module = Path("generated/runcomfy_models/acme/paint_1.py")
    before = module.read_bytes()
    store("acme/a.json", model_id="acme/other", input_schema=BROKEN)
    store("acme/b.json", model_id="acme/paint-1")
    store("acme/c.json", model_id="acme/c")
    done = run("generate", "--keep-going")
    assert done.exit_code == 3
    assert "schemas/acme/b.json#/model_id: 'acme/paint.1' is acme.paint_1" in (
        done.stderr
    )
    assert "2 models with Problems left as before" in done.stderr
    assert module.read_bytes() == before
    assert Path("generated/runcomfy_models/acme/c.py").is_file()


def test_the_changelog_does_not_say_that_it_is_removed(run: Run, store: Store) -> None:
    store()
    store("acme/b.json", model_id="acme/b")
    run("generate")
    assert run("release").exit_code == 0
    run("generate")
    store(input_schema=BROKEN)
    store("acme/b.json", model_id="acme/b", base_price_usd=3)
    assert run("generate", "--keep-going").exit_code == 3
    told = Path("generated/CHANGELOG.md").read_text()
    assert "`acme/b`: base" in told
    assert "removed" not in told
