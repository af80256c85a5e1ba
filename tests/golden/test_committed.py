"""What is committed in `generated/` is what its schemas and templates come to."""

from pathlib import Path

from click.testing import CliRunner

from runcomfy_codegen.cli import main

ROOT = Path(__file__).parents[2]
SEALED = "manifest.json"
"""Holds hashes of the generator's own source; `check` compares them."""


def test_what_is_committed(tmp_path: Path) -> None:
    out = tmp_path / "generated"
    schemas = str(ROOT / "schemas")
    run = CliRunner().invoke(
        main, ["generate", "--schemas", schemas, "--out", str(out)]
    )
    assert run.exit_code == 0, run.output
    committed = ROOT / "generated"
    come = [path.relative_to(out) for path in out.rglob("*") if path.is_file()]
    assert len(come) > 100
    for path in come:
        if path.name != SEALED:
            assert (committed / path).read_bytes() == (out / path).read_bytes(), path
