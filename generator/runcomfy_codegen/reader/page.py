"""Reads the text of a model's API page.

Headings and prose differ by rendering and language, so that nothing here depends on
them: the anchors are the submit URL and the JSON objects.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from runcomfy_codegen.errors import SourceError
from runcomfy_codegen.reader.heading import title_and_description
from runcomfy_codegen.reader.json_text import (
    MAX_BROKEN,
    Broken,
    Found,
    faults,
    objects,
    pointer,
)
from runcomfy_codegen.reader.source import SourceText
from runcomfy_codegen.schema.parts import one_or_more

_SUBMIT_URL = re.compile(r"https?://[^\s/\"'\\<>]+/v1/models/([^\s\"'\\<>`]+)")
# A model_id may hold spaces that a page does not encode; then the line goes on in `\`.
_SPACED_WORDS = re.compile(r"(?:[ ][^\s\"'\\<>`-][^\s\"'\\<>`]*+){1,8}+(?=[ ]*\\\n)")
_CURL_BODY = re.compile(
    r"(?:^|[\s\\])(?:--data(?:-raw|-binary|-ascii)?|--json|-d)"
    r"[ =]*\$?[\"'`\u2018\u2019]?\s*\Z"
)
_INDENT = re.compile(r"^[ \t\u00a0\u200b\u202f\ufeff]+", re.MULTILINE)
_SCHEMA_HEAD = re.compile(r'"type"\s*:\s*"object"|"properties"\s*:', re.I)
_OUTPUT_HEAD = re.compile(r'\{\s*"output"')
_SCHEMA_KEYS = frozenset({"$ref", "$schema", "allOf", "anyOf", "oneOf"})
_HEAD_LENGTH = 300

_COPY_AGAIN = "copy the page again, as a whole and unedited"
_INPUT, _OUTPUT, _EXAMPLE = "input schema", "output schema", "example request"


@dataclass
class _Parts:
    """The JSON objects of a page, by what they are."""

    found: dict[str, Found] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)
    broken: SourceError | None = None
    suspect: SourceError | None = None
    conflict: SourceError | None = None


def read_page(source: SourceText) -> dict[str, Any]:
    """Read the one model of a page. Raises SourceError where there is none, or two."""
    text = _INDENT.sub(lambda indent: " " * len(indent[0]), source.text)
    parts = _parts(source, text)
    model_id, at = _one_model(source, parts, _model_ids(source, text, parts.spans))
    title, description = title_and_description(_header(text, at), model_id)
    entry = {
        "model_id": model_id,
        "display_name": title,
        "description": description,
        "example": _value(parts, _EXAMPLE),
        "input_schema": _value(parts, _INPUT),
        "output_schema": _value(parts, _OUTPUT),
    }
    return {key: value for key, value in entry.items() if value is not None}


def _value(parts: _Parts, role: str) -> dict[str, Any] | None:
    return parts.found[role].value if role in parts.found else None


def _parts(source: SourceText, text: str) -> _Parts:
    parts = _Parts()
    broken = 0
    for piece in objects(text):
        if isinstance(piece, Broken):
            broken += 1
            _take_broken(parts, source, text, piece)
        else:
            parts.spans.append((piece.start, piece.end))
            _take_found(parts, source, text, piece)
    if broken > MAX_BROKEN:
        what = f"more than {MAX_BROKEN} broken JSON objects, which is not a model page"
        raise SourceError(source.origin, what, _COPY_AGAIN)
    return parts


def _take_found(parts: _Parts, source: SourceText, text: str, piece: Found) -> None:
    """Keep an object by what it is, and what is wrong with it."""
    role = _role(text, piece)
    if role is None:
        return
    error = _fault(source, text, role, piece)
    first = parts.found.setdefault(role, piece)
    is_another = role != _EXAMPLE and first.value != piece.value
    if is_another and not error:
        line, _ = source.position(first.start)
        what = f"another {role} than in line {line}"
        conflict = source.error(piece.start, what, "keep one page in a file")
        parts.conflict = parts.conflict or conflict
    parts.broken = parts.broken or error


def _role(text: str, piece: Found) -> str | None:
    """Return what an object is on its page, if it is anything that is read."""
    value = piece.value
    if _is_curl_body(text, piece.start):
        return _EXAMPLE
    if _is_schema(value):
        return _INPUT
    return _OUTPUT if "output" in value and _is_output(value) else None


def _is_curl_body(text: str, start: int) -> bool:
    """Whether what starts at an offset is what a curl command sends."""
    before = text[max(0, start - 60) : start]
    return _CURL_BODY.search(before) is not None


def _is_schema(value: object) -> bool:
    """Tell an object's schema from an object."""
    if not isinstance(value, dict):
        return False
    kinds = one_or_more(value.get("type"))
    if any(map(_is_object_type, kinds)):
        return True
    properties = value.get("properties")
    if isinstance(properties, dict):
        return all(isinstance(schema, dict | bool) for schema in properties.values())
    return not _SCHEMA_KEYS.isdisjoint(value)


def _is_object_type(name: object) -> bool:
    return isinstance(name, str) and name.lower() == "object"


def _is_output(value: dict[str, Any]) -> bool:
    """Tell the wrapped schema from a sample result, whose output is media."""
    output = value["output"]
    if not isinstance(output, dict):
        return False
    if _is_schema(output) or isinstance(output.get("type"), str):
        return True
    return len(value) == 1 and all(isinstance(v, dict) for v in output.values())


def _take_broken(parts: _Parts, source: SourceText, text: str, piece: Broken) -> None:
    """Keep the first error that matters: a broken sample in the prose does not."""
    role = _role_of_broken(text, piece)
    what = f"broken JSON in the {role or _INPUT}: {piece.what}"
    error = source.error(piece.at, what, _COPY_AGAIN)
    if role:
        parts.broken = parts.broken or error
    elif _SCHEMA_HEAD.search(_head(text, piece)):
        parts.suspect = parts.suspect or error


def _role_of_broken(text: str, piece: Broken) -> str | None:
    """Return what a broken object was on its page, as far as it can be told."""
    head = _head(text, piece)
    if _is_curl_body(text, piece.start):
        return _EXAMPLE
    if _OUTPUT_HEAD.match(head) and _SCHEMA_HEAD.search(head):
        return _OUTPUT
    if _SCHEMA_HEAD.search(text, piece.start, piece.at):
        return _INPUT
    return "JSON object" if piece.too_deep else None


def _head(text: str, piece: Broken) -> str:
    return text[piece.start : piece.start + _HEAD_LENGTH]


def _fault(
    source: SourceText, text: str, role: str, found: Found
) -> SourceError | None:
    """Find what is wrong with an object that a lenient decoder takes."""
    for fault in faults(text, found.start, found.end):
        what = f"broken JSON in the {role}: {fault.what}, at {pointer(fault.path)}"
        return source.error(fault.at, what, _COPY_AGAIN)
    rest = text[found.end : found.end + 200].lstrip()
    if rest.startswith((",", ":", "}", "]")):
        what = f"broken JSON in the {role}: it goes on after its closing bracket"
        return source.error(found.end, what, _COPY_AGAIN)
    return None


def _one_model(
    source: SourceText, parts: _Parts, ids: dict[str, int]
) -> tuple[str, int]:
    """Return the model_id of the page and its offset. Raises what is wrong first."""
    if not ids:
        fix = "copy the whole text of a model's API page, or save it once it has loaded"
        what = "no model in it (no submit URL …/v1/models/{model_id})"
        raise SourceError(source.origin, what, fix)
    # Broken JSON comes first: behind it, a URL of its prose is taken for another model.
    if parts.broken:
        raise parts.broken
    (model_id, at), *others = ids.items()
    if others:
        what = f"two models in one file, {model_id!r} and {others[0][0]!r}"
        raise source.error(others[0][1], what, "save each page in a file of its own")
    if parts.conflict:
        raise parts.conflict
    if _INPUT not in parts.found:
        what = f"no input schema for {model_id!r} on the page"
        raise parts.suspect or source.error(at, what, _COPY_AGAIN)
    return model_id, at


def _model_ids(
    source: SourceText, text: str, spans: Iterable[tuple[int, int]]
) -> dict[str, int]:
    """Find the model_ids of the submit URLs outside the JSON, and their offsets."""
    ids: dict[str, int] = {}
    ends = iter([*spans, (len(text), len(text))])
    start, end = next(ends)
    for url in _SUBMIT_URL.finditer(text):
        while url.start() >= end:
            start, end = next(ends)
        if url.start() < start:
            ids.setdefault(_decoded(source, text, url), url.start())
    ids.pop("", None)
    return ids


def _decoded(source: SourceText, text: str, url: re.Match[str]) -> str:
    """Decode the model_id of a submit URL; "" where the URL names no model."""
    path = url[1]
    if spaced := _SPACED_WORDS.match(text, url.end()):
        path += spaced[0]
    path = re.split("[?#]", path, maxsplit=1)[0].rstrip("/.,;:!)")
    if "/" not in path or not {"{", "}", "$"}.isdisjoint(path):
        return ""
    try:
        return unquote(path, errors="strict")
    except UnicodeDecodeError as error:
        what = f"a submit URL that is not UTF-8: {path!r}"
        raise source.error(url.start(), what, _COPY_AGAIN) from error


def _header(text: str, url: int) -> str:
    """Cut the prose before the first curl command."""
    curl = text.rfind("curl", max(0, url - 300), url)
    return text[: url if curl < 0 else curl]
