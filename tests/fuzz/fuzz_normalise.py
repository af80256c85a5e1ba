"""A coverage-guided fuzzer of the store, the normaliser, the names and the templates.

Bytes that begin with a bracket are a stored file; others are the choices of the maker of
models, so that what libFuzzer changes is which shapes a model has. Takes libFuzzer's
arguments; see fuzz_reader.py.
"""

import json
import random
import sys
from pathlib import Path

import atheris

sys.path.append(str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["runcomfy_codegen"]):
    from runcomfy_codegen.schema.strict_json import parse_json
    from tests.support.trees import module_files

from tests.support.made_models import Maker


class Choices(random.Random):
    """Takes each choice from some bytes, then always the first."""

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self.data, self.place = data, 0

    def _next(self, count: int) -> int:
        taken = self.data[self.place : self.place + count]
        self.place += count
        return int.from_bytes(taken, "little")

    def random(self) -> float:
        """Return a fraction of one."""
        return self._next(1) / 256

    def getrandbits(self, k: int, /) -> int:
        """Return a whole number of some bits."""
        return self._next((k + 7) // 8) & ((1 << k) - 1)


def one_input(data: bytes) -> None:
    """Generate a model in memory, and raise for what must never come of one."""
    if data[:1] in (b"{", b"["):
        try:
            schema = parse_json(data)
        except (ValueError, RecursionError):
            return
        entry = {"model_id": "acme/brush", "input_schema": schema}
        if isinstance(schema, dict) and "input_schema" in schema:
            entry = schema
    else:
        maker = Maker(0)
        maker.random = Choices(data)
        entry = maker.entry("acme/brush")
        try:
            parse_json(json.dumps(entry))
        except ValueError:
            return
    for path, text in module_files(entry)[0].items():
        if path.endswith(".py"):
            compile(text, path, "exec")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
