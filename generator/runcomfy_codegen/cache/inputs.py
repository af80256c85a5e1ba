"""Hash all that a model's files are made from."""

import json
from functools import cache
from pathlib import Path

from runcomfy_codegen.ir import Json, Templates
from runcomfy_codegen.output.writer import digest
from runcomfy_codegen.store.folder import Folder, overlay_path

TOOLS = {"black": "26.10.1", "datamodel-code-generator": "0.89.0"}
"""What shapes the output beside our own code, as pinned in pyproject.toml."""


def input_keys(folder: Folder, templates: Templates) -> dict[str, str]:
    """Return the hash of all that each stored model's files are made from."""
    surroundings = hash_of(
        [
            templates.version,
            _own_source(),
            TOOLS,
            [(path, digest(content)) for path, content in templates.files.items()],
            folder.names,
        ]
    )
    return {
        path: hash_of(
            [
                surroundings,
                digest(folder.files[path]),
                digest(folder.files.get(overlay_path(path), b"")),
            ]
        )
        for path in folder.model_paths()
    }


@cache
def _own_source() -> str:
    """Return the hash of this program: between two versions, it may have changed."""
    root = Path(__file__).parents[1]
    packaged = root / "templates"  # hashed by themselves, wherever they are
    sources = sorted(
        (p for p in root.rglob("*.py") if packaged not in p.parents),
        key=lambda path: path.as_posix(),
    )
    return hash_of(
        [(p.relative_to(root).as_posix(), digest(p.read_bytes())) for p in sources]
    )


def hash_of(content: Json) -> str:
    """Return the hash of a JSON value."""
    return digest(json.dumps(content, ensure_ascii=True).encode())
