"""Of two models with one Python name, the newcomer gets another: imports keep their model."""

from pathlib import Path

import pytest

from tests.support.workspace import Run, Store

PUBLISHED, NEWCOMER = "acme/wan-2.7", "acme/wan-2-7"


def _store_both(store: Store) -> None:
    store("acme/wan-2.7.json", model_id=PUBLISHED)
    store("acme/wan-2-7.json", model_id=NEWCOMER)


@pytest.mark.parametrize("is_released", [False, True])
def test_the_published_model_keeps_its_name(
    run: Run, store: Store, is_released: bool
) -> None:
    store("acme/wan-2.7.json", model_id=PUBLISHED)
    run("generate")
    if is_released:
        assert run("release").exit_code == 0
    _store_both(store)
    for command in ("generate", "check") if not is_released else ("generate", "lint"):
        done = run(command)
        assert done.exit_code == 3
        assert (
            "schemas/acme/wan-2-7.json#/model_id: 'acme/wan-2.7' is acme.wan_2_7"
            in (done.output)
        )
        assert 'modules."acme/wan-2-7" = "wan_2_7_other"' in done.output
        assert 'modules."acme/wan-2.7"' not in done.output


def test_the_remedy_leaves_the_import_of_the_published_model(
    run: Run, store: Store
) -> None:
    store("acme/wan-2.7.json", model_id=PUBLISHED)
    run("generate")
    _store_both(store)
    said = run("generate").output
    line = said[said.index("modules.") :].splitlines()[0]
    Path("schemas/names.toml").write_text(f"{line}\n")
    assert run("generate").exit_code == 0
    folder = Path("generated/runcomfy_models/acme")
    assert f'model_id = "{PUBLISHED}"' in (folder / "wan_2_7.py").read_text()
    assert f'model_id = "{NEWCOMER}"' in (folder / "wan_2_7_other.py").read_text()


def test_a_retired_model_keeps_its_name_too(run: Run, store: Store) -> None:
    store("acme/wan-2-7.json", model_id=NEWCOMER)
    Path("schemas/retired.toml").write_text(f'"{PUBLISHED}" = ""\n')
    done = run("generate")
    assert done.exit_code == 3
    assert 'modules."acme/wan-2-7" = ' in done.output
