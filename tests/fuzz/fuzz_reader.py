"""A coverage-guided fuzzer of the page reader: any bytes give models, or errors with a place.

Takes libFuzzer's arguments: a folder for what it finds interesting, more folders to start
from, and e.g. -max_total_time=600. `make fuzz` runs it.
"""

import json
import sys

import atheris

with atheris.instrument_imports(include=["runcomfy_codegen"]):
    from runcomfy_codegen.errors import SourceError
    from runcomfy_codegen.reader import read_bytes, read_source
    from runcomfy_codegen.schema.strict_json import parse_json


def one_input(data: bytes) -> None:
    """Read bytes as `add` does, and raise for what it must never give."""
    try:
        text = read_bytes(data, "page")
    except SourceError as error:
        if not str(error).isprintable():
            raise
        return
    read = read_source(text, "page", None)
    assert read.entries or read.errors
    for error in read.errors:
        assert error.origin.startswith("page"), error
        assert error.fix, error
        assert str(error).isprintable(), repr(str(error))
    for entry in read.entries:
        assert isinstance(entry["model_id"], str)
        assert isinstance(entry["input_schema"], dict)
        assert parse_json(json.dumps(entry)) == entry  # the store takes what is added


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
