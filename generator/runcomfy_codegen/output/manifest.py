"""Write and read `manifest.json`, and the journal of a run that is under way.

The manifest records what was generated, from what: for each model the digest of its
inputs and of its files. It is sealed by a digest of itself, so that one which a merge put
together is noticed; a seal is not a signature, and anybody can make it again.

The journal stands beside it while files are written. It tells the next run under which
digests a file may be ours, should this one be cut short.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from runcomfy_codegen.schema.parts import object_of, without

MANIFEST = "manifest.json"
JOURNAL = ".manifest.journal.json"
MAX_BYTES = 32 * 2**20
"""A manifest of 10,000 models has a third of it."""
FEWEST_BYTES = 2**20
BYTES_A_FILE = 2**11
"""What a manifest may have for each file that is there; it takes a tenth of that."""


def dump_manifest(manifest: Mapping[str, Any]) -> bytes:
    """Return the text of a manifest, sealed."""
    whole = {**manifest, "seal": _seal(manifest)}
    return (json.dumps(whole, indent=1) + "\n").encode()


def read_manifest(out: Path, files: int) -> dict[str, Any]:
    """Return the manifest of an output folder, trusted or not; empty if there is none.

    Nor is one that is far too large for as many files as there are: anybody can write
    it, and rubbish takes long to read.
    """
    most = min(FEWEST_BYTES + BYTES_A_FILE * files, MAX_BYTES)
    return _read_object(out / MANIFEST, most)


def is_trusted(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest is as it was written, and has the form of one."""
    return _is_well_formed(manifest) and manifest.get("seal") == _seal(manifest)


def _seal(manifest: Mapping[str, Any]) -> str:
    rest = without(manifest, "seal")
    return hashlib.sha256(json.dumps(rest).encode()).hexdigest()


def _is_well_formed(manifest: Mapping[str, Any]) -> bool:
    """Whether all that a run reads from a manifest is there, and of its type."""
    models = manifest.get("models")
    if not isinstance(models, dict) or not _are_digests(manifest.get("files")):
        return False
    return all(map(_is_record, models.values()))


def _is_record(record: Any) -> bool:
    """Whether all that a run reads of one model is there, and of its type."""
    if not isinstance(record, dict) or not _are_digests(record.get("files")):
        return False
    return all(isinstance(record.get(key), str) for key in ("path", "inputs", "module"))


def _are_digests(files: Any) -> bool:
    return isinstance(files, dict) and all(isinstance(v, str) for v in files.values())


def recorded_files(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each file that a manifest records with its digest, in so far as it has any."""
    models = object_of(manifest.get("models"))
    for record in (manifest, *models.values()):
        files = object_of(record).get("files")
        for path, recorded in object_of(files).items():
            yield path, str(recorded)


def dump_journal(
    known: Mapping[str, tuple[str, ...]], expected: Mapping[str, str]
) -> bytes:
    """Return the text of a journal: the digests that were ours, and those to come."""
    digests = {}
    for path in sorted({*known, *expected}):
        digests[path] = list(known.get(path, ()))
        if path in expected:
            digests[path].append(expected[path])
    return json.dumps(digests).encode()


def read_journal(out: Path, paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the digests that a run which was cut short left for each of these files.

    It may be large where few files are there: it tells of all that the run was to write.
    """
    whole = _read_object(out / JOURNAL, MAX_BYTES)
    journal = {}
    for path in paths:
        digests = whole.get(path)
        if isinstance(digests, list):
            journal[path] = tuple(map(str, digests))
    return journal


def _read_object(file: Path, most: int) -> dict[str, Any]:
    """Return the JSON object in a file; an empty one if that is not what it holds."""
    try:
        if not file.is_file() or file.stat().st_size > most:
            return {}
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return object_of(content)
