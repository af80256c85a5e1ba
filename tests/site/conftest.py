"""A place to run snippets in: the simulator, and stand-ins for what needs a network."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runcomfy_models.simulator import Simulator

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

# Takes no package from anywhere: says whether what is asked for is ours, and exists.
PIP = f"""#!{sys.executable}
import re, sys, tomllib
projects = {{}}
for file in ({str(ROOT / "pyproject.toml")!r}, {str(ROOT / "generated/pyproject.toml")!r}):
    project = tomllib.load(open(file, "rb"))["project"]
    projects[project["name"]] = project.get("optional-dependencies", {{}})
command, *requirements = sys.argv[1:]
assert command == "install" and requirements, sys.argv
for requirement in requirements:
    name, extras = re.fullmatch(r"([\\w-]+)(?:\\[([\\w,]+)\\])?", requirement).groups()
    missing = set((extras or "").split(",")) - {{""}} - projects[name].keys()
    assert not missing, f"{{name}} has no extra {{missing}}"
"""
# What runs until it is stopped is stopped after a while, which is no failure.
PYTHON = f"""#!/bin/sh
case "$*" in
*runcomfy_models.simulator*) timeout 3 {sys.executable} "$@" || [ $? = 124 ] ;;
*) exec {sys.executable} "$@" ;;
esac
"""
CODEGEN = f"""#!/bin/sh
case "$*" in
*serve*|*watch*) timeout 3 {BIN}/runcomfy-codegen "$@" || [ $? = 124 ] ;;
*) exec {BIN}/runcomfy-codegen "$@" ;;
esac
"""
MODELS = f"""#!/bin/sh
case "$*" in
*playground*|*simulator*|*mcp*) timeout 3 {BIN}/runcomfy-models "$@" || [ $? = 124 ] ;;
*) exec {BIN}/runcomfy-models "$@" ;;
esac
"""
MAKE = f"""#!/bin/sh
for target in "$@"; do grep -q "^$target:" {ROOT}/Makefile || exit 1; done
"""


@pytest.fixture(scope="session")
def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bin")
    scripts = {"pip": PIP, "python": PYTHON, "make": MAKE, "runcomfy-codegen": CODEGEN}
    scripts["runcomfy-models"] = MODELS
    for name, script in scripts.items():
        file = folder / name
        file.write_text(script)
        file.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def environment(
    simulator: Simulator, stand_ins: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    return {
        **os.environ,
        "XDG_STATE_HOME": str(tmp_path_factory.mktemp("state")),
        "PATH": f"{stand_ins}{os.pathsep}{os.environ['PATH']}",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PYTHONDONTWRITEBYTECODE": "1",
        "RUNCOMFY_API_TOKEN": simulator.token,
        "RUNCOMFY_BASE_URL": simulator.url,
    }


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the models in the repository."""
    pytest.importorskip("zensical")
    from runcomfy_codegen.app.site import build_site

    folder = tmp_path_factory.mktemp("built") / "site"
    build_site(ROOT / "generated", folder)
    return folder
