"""Generate a folder of made models, and judge all that comes of it."""

import ast
import importlib
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tokenize
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import FunctionType
from typing import Any

import black
from click.testing import CliRunner, Result

import runcomfy_models
from runcomfy_codegen.cli import main
from tests.support.agreement import OurJudge, disagreement
from tests.support.made_models import Maker
from tests.support.payloads import payloads
from tests.support.stored_models import MARK
from tests.support.trees import Generated
from tests.support.written_code import CALLS, MODE, NODES, judge_page

IDS = ("acme/brush-{}", "acme/4K.b c/x@{}", "import/class/{}", "con/nul.{}", "A_/_b-{}")
PROBLEM = re.compile(r".*?schemas/(\S.*?\.(?:json|toml))#([^\n]*?): (\S.*?); (\S.*)")
ROUNDS = 6
"""Each round finds what the one before hid: names, types, samples."""
BODIES = 24


@dataclass
class Batch:
    """Some made models, and what became of them."""

    folder: Path
    seed: int
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By path below the schema folder."""
    overlays: dict[str, dict[str, Any]] = field(default_factory=dict)
    names: str = ""
    findings: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    bodies: int = 0
    share: float = 0.06
    """Of the files, what black and Markdown judge: they are slow."""

    @property
    def schemas(self) -> Path:
        return self.folder / "schemas"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def check(self, what: str, where: str, judge: Callable[[], Any]) -> None:
        """Keep what a judge raises as a finding."""
        try:
            judge()
        except Exception as error:
            self.findings.append(f"{what}: {where}: {type(error).__name__}: {error}")


def made(folder: Path, seed: int, count: int) -> Batch:
    """Return a batch of models that a seed stands for."""
    batch = Batch(folder, seed)
    maker = Maker(seed)
    for number in range(count):
        model_id = maker.pick(IDS).format(number)
        entry = maker.entry(model_id)
        batch.entries[f"{model_id}.json"] = entry
        if maker.often(0.15):
            batch.overlays[f"{model_id}.overlay.json"] = maker.overlay(entry)
        maker.is_wild = maker.often(0.3)
    return batch


def judge(batch: Batch) -> Batch:
    """Generate a batch, without what is refused, and judge the tree."""
    _write(batch)
    sentinel = batch.folder / "sentinel"
    sentinel.write_text("untouched", "utf-8")
    while batch.entries and not _generated(batch):
        pass
    if sorted(os.listdir(batch.folder)) not in (
        ["out", "schemas", "sentinel"],
        ["schemas", "sentinel"],
    ):
        batch.findings.append(f"written outside: {os.listdir(batch.folder)}")
    if batch.entries:
        _judge_tree(batch)
    return batch


def _write(batch: Batch) -> None:
    for path, content in {**batch.entries, **batch.overlays}.items():
        file = batch.schemas / path
        file.parent.mkdir(parents=True, exist_ok=True)
        ascii_only = bool(random.Random(path).randrange(2))
        file.write_text(json.dumps(content, ensure_ascii=ascii_only), "utf-8")
    if batch.names:
        (batch.schemas / "names.toml").write_text(batch.names, "utf-8")


def run(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, list(arguments))


def _generated(batch: Batch) -> bool:
    """Generate; take away what is refused, and return whether nothing was."""
    done = run("generate", "--schemas", str(batch.schemas), "--out", str(batch.out))
    if done.exception and not isinstance(done.exception, SystemExit):
        _take_the_culprits(batch, done.exception)
        return False
    if done.exit_code == 0:
        return True
    assert done.exit_code == 3, done.output
    assert not batch.out.exists(), "Problems, and yet something was written"
    known = {*batch.entries, *batch.overlays, "names.toml"}
    for line in done.stderr.splitlines()[:-1]:
        located = PROBLEM.fullmatch(line)
        assert located, f"a Problem with no place or advice: {line}"
        assert located[1] in known, line
        path = located[1].replace(".overlay.json", ".json")
        assert located[2].startswith("/") or not located[2], line
        batch.refused[path] = line
        _take_away(batch, path)
    return False


def _take_the_culprits(batch: Batch, error: BaseException) -> None:
    """Find which models make the generator crash, and go on without them."""
    found = [path for path in batch.entries if _crashes(batch, path)]
    if not found:
        raise error
    for path in found:
        _take_away(batch, path)


def _crashes(batch: Batch, path: str) -> bool:
    alone = Batch(batch.folder / "alone", batch.seed, {path: batch.entries[path]})
    place = path.replace(".json", ".overlay.json")
    if place in batch.overlays:
        alone.overlays[place] = batch.overlays[place]
    _write(alone)
    done = run("generate", "--schemas", str(alone.schemas), "--out", str(alone.out))
    shutil.rmtree(alone.folder)
    if done.exception is None or isinstance(done.exception, SystemExit):
        return False
    at = traceback.extract_tb(done.exception.__traceback__)[-1]
    what = f"{type(done.exception).__name__}: {done.exception}"
    batch.findings.append(f"crash: {path}: {Path(at.filename).name}:{at.name}: {what}")
    return True


def _take_away(batch: Batch, path: str) -> None:
    batch.entries.pop(path, None)
    (batch.schemas / path).unlink(missing_ok=True)
    place = path.replace(".json", ".overlay.json")
    batch.overlays.pop(place, None)
    (batch.schemas / place).unlink(missing_ok=True)


def _judge_tree(batch: Batch) -> None:
    files = {
        path.relative_to(batch.out).as_posix(): path
        for path in sorted(batch.out.rglob("*"))
        if path.is_file()
    }
    ours = {path: files[path] for path in sorted(_files_of_models(batch))}
    chance = random.Random(batch.seed)
    for path, file in ours.items():
        text = file.read_text("utf-8")
        if path.endswith(".py"):
            batch.check("code", path, lambda: _judge_code(path, text))  # noqa: B023
        if path.endswith(".py") and chance.random() < batch.share:
            batch.check("black", path, lambda: _is_black(text))  # noqa: B023
        if path.endswith(".md") and chance.random() < 3 * batch.share:
            batch.check("docs", path, lambda: judge_page(text))  # noqa: B023
    for path, file in files.items():
        if path.endswith(".json"):
            batch.check(
                "json",
                path,
                lambda: _strict(file.read_text("utf-8")),  # noqa: B023
            )
    _judge_modules(batch)


def _files_of_models(batch: Batch) -> set[str]:
    """Return the paths of what each model has for itself, and of its vendor's package."""
    record = json.loads((batch.out / "manifest.json").read_text("utf-8"))["models"]
    vendors = {found["module"].partition(".")[0] for found in record.values()}
    return {
        *(path for found in record.values() for path in found["files"]),
        *(f"runcomfy_models/{vendor}/__init__.py" for vendor in vendors),
    }


def _strict(text: str) -> None:
    json.loads(text, parse_constant=lambda name: 1 / 0)


def _is_black(text: str) -> None:
    assert black.format_str(text, mode=MODE) == text, "black would change it"


TEST_NODES = (*NODES, ast.FunctionDef, ast.arguments, ast.arg, ast.Attribute)
TEST_CALLS = {
    "repeat",
    "ModelTest",
    "has_fields",
    "has_choices",
    "accepts",
    "refuses",
    "returns",
    "runs",
}


def _judge_code(path: str, text: str) -> None:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in (tokenize.STRING, tokenize.NL, tokenize.NAME):
            assert MARK not in token.string, token
    if path.endswith("__init__.py"):
        compile(text, path, "exec")
        return
    is_test = path.startswith("tests/")
    for node in ast.walk(ast.parse(text)):
        assert isinstance(node, TEST_NODES if is_test else NODES), ast.dump(node)[:300]
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            assert called in (TEST_CALLS if is_test else CALLS), called
    compile(text, path, "exec")


def _judge_modules(batch: Batch) -> None:
    """Import each module and each test, into the runtime that is installed here."""
    with _importable(batch.out / "runcomfy_models"):
        _judge_each(batch)


@contextmanager
def _importable(place: Path) -> Iterator[None]:
    runcomfy_models.__path__.append(str(place))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        runcomfy_models.__path__.remove(str(place))
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None)).startswith(f"{place}{os.sep}"):
                del sys.modules[name]
                vars(runcomfy_models).pop(name.split(".")[1], None)


def _judge_each(batch: Batch) -> None:
    record = json.loads((batch.out / "manifest.json").read_text("utf-8"))["models"]
    assert len(record) == len(batch.entries)
    for model_id, found in record.items():
        vendor, _, name = found["module"].partition(".")
        batch.check(
            "module", model_id, lambda: _judge_module(batch, vendor, name)  # noqa: B023
        )
        batch.check(
            "test", model_id, lambda: _run_tests(batch.out, vendor, name)  # noqa: B023
        )


def _judge_module(batch: Batch, vendor: str, name: str) -> None:
    module = importlib.import_module(f"runcomfy_models.{vendor}.{name}")
    file = batch.out / "runcomfy_models" / "_schemas" / vendor / f"{name}.json"
    schema = json.loads(file.read_text("utf-8"))["input_schema"]
    model = Generated(name, module, schema)
    said = [text for text, _ in islice(_disagreements(batch, model), 1)]
    assert not said, said[0]


def _disagreements(batch: Batch, model: Generated) -> Iterator[tuple[str, Any]]:
    ours = OurJudge(model.input_schema)
    try:
        bodies = list(islice(payloads(model.input_schema), 4 * BODIES))
    except (AssertionError, OverflowError):  # nothing meets it, or jsonschema fails
        return
    chance = random.Random(len(bodies))
    for body in chance.sample(bodies, min(BODIES, len(bodies))):
        if _is_rounded(body):
            continue  # a double is what there is
        batch.bodies += 1
        said = disagreement(model, ours, body)
        if said:
            yield f"{said}\n{json.dumps(model.input_schema)[:3000]}", body


def _is_rounded(value: Any) -> bool:
    """Whether a value holds a whole number that a double rounds."""
    if isinstance(value, list | dict):
        return any(
            map(_is_rounded, value.values() if isinstance(value, dict) else value)
        )
    return isinstance(value, int) and abs(value) > 2**53


def _run_tests(out: Path, vendor: str, name: str) -> None:
    """Run the generated tests but the one that needs a server, which `pytest` runs."""
    file = out / "tests" / vendor / f"test_{name}.py"
    tests: dict[str, Any] = {"__name__": "generated_test"}
    exec(compile(file.read_text("utf-8"), str(file), "exec"), tests)
    for test, function in list(tests.items()):
        is_test = test.startswith("test_") and isinstance(function, FunctionType)
        if is_test and test != "test_runs":
            function()


def run_pytest(out: Path) -> None:
    """Run the whole suite of a generated tree, as its owner would."""
    environment = {**os.environ, "PYTHONPATH": str(out), "PYTHONWARNINGS": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--import-mode=importlib"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "tests"],
        cwd=out,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
