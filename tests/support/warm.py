"""Processes that are forked from one that has the imports already: starting takes most.

They are processes as any other, with folders, variables and pipes of their own; what they
import is not what a new interpreter would, so tests of that start one.
"""

import multiprocessing
import os
import resource
import runpy
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(
    [
        "asyncio",
        "httpx2",
        "pydantic",
        "click",
        "rich.console",
        "rich.progress",
        "runcomfy_models.batch",
        "runcomfy_models.client",
        "runcomfy_models._models",
        "runcomfy_models.cli.main",
        "datamodel_code_generator",
        "runcomfy_codegen.cli.add",
        "runcomfy_codegen.cli.generate",
        "runcomfy_codegen.render",
    ]
)


def run_script(
    file: Path, environment: Mapping[str, str], longest: float
) -> tuple[int, str]:
    """Run a script in its folder; return its exit code and all that it said."""
    log = file.with_suffix(".log")
    code = _run(_be_script, (file,), file.parent, environment, log, log, longest)
    return code, log.read_text("utf-8")


def run_command(
    words: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    stdin: bytes,
    longest: float,
) -> tuple[int, bytes, bytes]:
    """Run `runcomfy-models`; return its exit code and what it wrote to either stream."""
    with TemporaryDirectory() as place:
        given, out, err = (Path(place, name) for name in ("in", "out", "err"))
        given.write_bytes(stdin)
        arguments = (list(words), given)
        code = _run(_be_command, arguments, folder, environment, out, err, longest)
        return code, out.read_bytes(), err.read_bytes()


def run_codegen(
    words: Sequence[str], folder: Path, longest: float, memory: int = -1
) -> tuple[int, str]:
    """Run `runcomfy-codegen` with so much memory; return its exit code and its words."""
    with TemporaryDirectory() as place:
        log = Path(place, "log")
        arguments = (list(words), memory)
        code = _run(_be_codegen, arguments, folder, os.environ, log, log, longest)
        return code, log.read_text("utf-8")


def _run(
    become: object,
    arguments: tuple[object, ...],
    folder: Path,
    environment: Mapping[str, str],
    out: Path,
    err: Path,
    longest: float,
) -> int:
    place = (folder, dict(environment), out, err)
    process = FORKED.Process(target=_begin, args=(become, arguments, *place))
    process.start()
    process.join(longest)
    if process.is_alive():
        process.kill()
        process.join()
    code = process.exitcode
    process.close()
    assert code is not None
    return code


def _begin(
    become: object,
    arguments: tuple[object, ...],
    folder: Path,
    environment: dict[str, str],
    out: Path,
    err: Path,
) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    with out.open("ab") as out_file, err.open("ab") as err_file:
        os.dup2(out_file.fileno(), 1)
        os.dup2(err_file.fileno(), 2)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    assert callable(become)
    become(*arguments)


def _be_script(file: Path) -> None:
    sys.argv = [file.name]
    runpy.run_path(str(file), run_name="__main__")


def _be_command(words: list[str], given: Path) -> None:
    os.dup2(os.open(given, os.O_RDONLY), 0)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["runcomfy-models", *words]
    runpy.run_module("runcomfy_models", run_name="__main__")


def _be_codegen(words: list[str], memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    sys.argv = ["runcomfy-codegen", *words]
    runpy.run_module("runcomfy_codegen", run_name="__main__")
