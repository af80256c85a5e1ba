"""The generated folder is a distribution of its own, and importing it is cheap."""

import json
import os
import shutil
import subprocess
import sys
import venv
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import pytest

GENERATED = Path(__file__).parents[2] / "generated"


def python(code: str, *, executable: str = sys.executable) -> object:
    """Run code in a process of its own, and return the JSON that it prints."""
    done = subprocess.run(
        [executable, "-I", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the generated package."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(GENERATED)], check=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_package_and_nothing_of_the_generator(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if name.endswith("METADATA"))
        message = message_from_bytes(archive.read(metadata))
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"runcomfy_models", wheel.stem.split("-py3")[0] + ".dist-info"}
    assert "runcomfy_models/py.typed" in names
    assert "runcomfy_models/blackforestlabs/flux_2_pro_edit.py" in names
    assert "runcomfy_models/_schemas/blackforestlabs/flux_2_pro_edit.json" in names
    assert "runcomfy_models/simulator/service/sample.mp4" in names
    needs = [
        need for need in message.get_all("Requires-Dist", []) if "extra" not in need
    ]
    assert sorted(need.split("<")[0].split(">")[0] for need in needs) == [
        "httpx2",
        "pydantic",
    ]


def test_it_installs_and_tests_itself_in_an_empty_environment(
    wheel: Path, tmp_path: Path
) -> None:
    venv.create(tmp_path / "empty")
    executable = str(tmp_path / "empty" / "bin" / "python")
    install(executable, str(wheel))
    code = (
        "import json, importlib.metadata as metadata\n"
        "from runcomfy_models import AsyncRunComfy, RunComfy, models\n"
        "from runcomfy_models.blackforestlabs import flux_2_pro_edit\n"
        "RunComfy(token='x').close()\n"
        "flux_2_pro_edit.Input(prompt='x', image_urls=['https://example.com/x.png'])\n"
        "print(json.dumps([d.name.lower() for d in metadata.distributions()]))"
    )
    installed = python(code, executable=executable)
    assert isinstance(installed, list)
    assert {"pydantic", "httpx2", "runcomfy-models"} <= set(installed)
    unwanted = {"jinja2", "click", "black", "jsonschema", "datamodel-code-generator"}
    assert not unwanted & set(installed)
    install(executable, f"{wheel}[test]")
    shutil.copytree(GENERATED / "tests", tmp_path / "generated" / "tests")
    run = subprocess.run(
        [executable, "-m", "pytest", "-p", "no:cacheprovider", "generated/tests"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout


def install(executable: str, requirement: str) -> None:
    """Install into another environment with the pip of this one."""
    pip = [sys.executable, "-m", "pip", "--python", executable, "install", "--quiet"]
    subprocess.run(
        [*pip, "--disable-pip-version-check", requirement],
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize(
    "statement",
    ["import runcomfy_models", "import runcomfy_models.blackforestlabs"],
)
def test_importing_imports_no_model_and_no_library(statement: str) -> None:
    code = (
        f"import sys, json; before = set(sys.modules); {statement}\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    loaded = python(code)
    assert isinstance(loaded, list)
    for heavy in ("pydantic", "httpx2", "asyncio", "ssl", "email", "dataclasses"):
        assert heavy not in loaded
    assert not [name for name in loaded if "flux" in name]


def test_a_vendor_completes_and_loads_its_models() -> None:
    code = (
        "import json, runcomfy_models.blackforestlabs as vendor\n"
        "print(json.dumps([vendor.flux_2_pro_edit.Input.model_id, dir(vendor)]))"
    )
    loaded = python(code)
    assert isinstance(loaded, list)
    assert loaded[0] == "blackforestlabs/flux-2/pro/edit"
    assert "flux_2_dev_edit" in loaded[1]


def test_models_lists_what_there_is() -> None:
    code = (
        "import json, runcomfy_models; print(json.dumps(len(runcomfy_models.models())))"
    )
    stored = [
        path
        for path in (GENERATED.parent / "schemas").rglob("*/*.json")
        if not path.name.endswith(".overlay.json")
    ]
    assert python(code) == len(stored)


@pytest.mark.stress
def test_the_generator_from_a_wheel_gives_the_same_bytes(tmp_path: Path) -> None:
    root = GENERATED.parent
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", str(tmp_path), str(root)], check=True)
    with ZipFile(next(tmp_path.glob("runcomfy_codegen-*.whl"))) as archive:
        archive.extractall(tmp_path / "installed")
    shutil.copytree(root / "schemas", tmp_path / "schemas")
    subprocess.run(
        [sys.executable, "-m", "runcomfy_codegen", "generate"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        check=True,
        capture_output=True,
    )
    manifest = (tmp_path / "generated" / "manifest.json").read_bytes()
    assert manifest == (GENERATED / "manifest.json").read_bytes()
