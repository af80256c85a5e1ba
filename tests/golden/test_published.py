"""The published catalogue, generated, is clean: a first real sync leaves CI green."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from runcomfy_codegen.cli import main
from tests.support.checkout import CATALOGUE, CHECKOUT, SCHEMAS


def _run(folder: Path, *command: str) -> None:
    """Run a checker, and fail with what it says."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.lint
@pytest.mark.skipif(not CATALOGUE.exists(), reason="the published entries are not here")
def test_all_that_is_published_is_clean(tmp_path: Path) -> None:
    """Black, ruff, mypy and pyright, each once over all of it, as `make lint` does."""
    schemas, out = tmp_path / "schemas", tmp_path / "generated"
    shutil.copytree(SCHEMAS, schemas)
    places = ("--schemas", str(schemas))
    for command in (
        ["add", str(CATALOGUE), *places],
        ["generate", "-q", *places, "--out", str(out)],
    ):
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, done.output
    models = len(json.loads(CATALOGUE.read_text("utf-8"))["models"])
    stored = [*schemas.rglob("*.json")]
    assert len(stored) > models
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    _run(tmp_path, "black", "--check", "--quiet", "generated")
    _run(tmp_path, "ruff", "check", "--quiet", "generated")
    # The runtime is the checkout's own, which `make lint` checks anyhow.
    vendors = sorted(p.parent for p in (out / "runcomfy_models/_schemas").glob("*/*"))
    made = {f"runcomfy_models/{folder.name}" for folder in vendors}
    settings = {"include": [*sorted(made), "tests"], "extraPaths": ["."]}
    (out / "pyrightconfig.json").write_text(json.dumps(settings))
    strict = ("--strict", "--explicit-package-bases", "--cache-dir", str(tmp_path))
    _run(out, "mypy", *strict, "--follow-imports=silent", *sorted(made), "tests")
    _run(out, "pyright", "--pythonpath", sys.executable)
