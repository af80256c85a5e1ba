"""Whatever is changed in whatever order: a run gives what one from nothing would give."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from runcomfy_codegen.cli import main

Save = Callable[..., None]
NAMES = tuple("abcdefgh")
RELEASES = 0.2
"""How many of the steps are followed by a release."""


class Maintainer:
    """Does to a store, and to what is generated of it, whatever comes to mind."""

    def __init__(self, seed: int, save: Save) -> None:
        self.chance = random.Random(seed)
        self.save = save
        self.models = Path("schemas/acme")

    def act(self) -> str:
        """Change something, and return what."""
        deeds = (
            self.store,
            self.remove,
            self.overlay,
            self.name,
            self.retire,
            self.lose,
        )
        deed = self.chance.choice(deeds)
        deed(self.chance.choice(NAMES))
        return deed.__name__

    def store(self, name: str) -> None:
        self.save(self.chance.choice(("first", "second", "third")), name)

    def remove(self, name: str) -> None:
        for path in self.models.glob(f"{name}.*"):
            path.unlink()
        self._write("names.toml", "")
        self._write("retired.toml", "")

    def overlay(self, name: str) -> None:
        if (self.models / f"{name}.json").exists():
            words = json.dumps({"display_name": f"Name {self.chance.random()}"})
            (self.models / f"{name}.overlay.json").write_text(words, "utf-8")

    def name(self, name: str) -> None:
        if (self.models / f"{name}.json").exists():
            chosen = f"chosen_{self.chance.randrange(3)}"
            self._write("names.toml", f'[modules]\n"acme/{name}" = "{chosen}"\n')

    def retire(self, name: str) -> None:
        gone = f"gone_{self.chance.randrange(3)}"
        is_there = (self.models / f"{name}.json").exists()
        successor = f"acme/{name}" if is_there else ""
        self._write("retired.toml", f'"acme/{gone}" = "{successor}"\n')

    def lose(self, name: str) -> None:
        files = sorted(path for path in Path("generated").rglob("*") if path.is_file())
        if files:
            self.chance.choice(files).unlink()

    def _write(self, name: str, text: str) -> None:
        Path("schemas", name).write_text(text, "utf-8")


def run(*arguments: str) -> int:
    """Run a command in this process."""
    done = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    return done.exit_code


def tree(folder: str) -> dict[str, bytes]:
    """Return every file below a folder."""
    root = Path(folder)
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize(
    ("seed", "steps"),
    [
        (0, 8),
        *(
            pytest.param(seed, 25, marks=[pytest.mark.stress, pytest.mark.soak])
            for seed in (1, 2)
        ),
    ],
)
def test_any_order_of_changes(seed: int, steps: int, folder: Path, save: Save) -> None:
    maintainer = Maintainer(seed, save)
    save("first", "a", "b")
    assert run("generate") == 0
    agreed = 0
    for step in range(steps):
        done = maintainer.act()
        jobs = maintainer.chance.choice(("1", "2"))
        if run("generate", "--jobs", jobs) != 0:
            continue
        assert run("check") == 0, (step, done)
        if maintainer.chance.random() < RELEASES:
            run("release")  # refused where no model changed
            assert run("check") == 0, (step, done)
        shutil.rmtree("anew", ignore_errors=True)
        assert run("generate", "--out", "anew") == 0
        assert tree("anew") == tree("generated"), (step, done)
        agreed += 1
    assert agreed > steps / 2
