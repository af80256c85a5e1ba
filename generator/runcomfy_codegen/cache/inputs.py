"""Hash all that a model's files are made from."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from runcomfy_codegen.digests import digest, digest_json
from runcomfy_codegen.ir import Json, Templates
from runcomfy_codegen.session import Session

TOOLS = {"black": "26.10.1", "datamodel-code-generator": "0.89.0"}
"""What shapes the output beside our own code, as pinned in pyproject.toml."""


def input_digests(
    models: Iterable[tuple[str, bytes, bytes]],
    names: Mapping[str, Json],
    templates: Templates,
    session: Session,
) -> dict[str, str]:
    """Return the digest of all that each model's files are made from, by its path.

    A model is its path, its content and that of its overlay; `names` are the names that
    a person chose.
    """
    shared = digest_json(
        [
            templates.version,
            session.once(_own_source),
            TOOLS,
            [(path, digest(content)) for path, content in templates.files.items()],
            names,
        ]
    )
    return {
        path: digest_json([shared, digest(content), digest(overlay)])
        for path, content, overlay in models
    }


def _own_source() -> str:
    """Return the digest of this program: between two versions, it may have changed."""
    root = Path(__file__).parents[1]
    packaged = root / "templates"  # hashed by themselves, wherever they are
    sources = []
    for file in root.rglob("*.py"):
        if packaged not in file.parents:
            sources.append(
                (file.relative_to(root).as_posix(), digest(file.read_bytes()))
            )
    return digest_json(sorted(sources))
