"""Read JSON text strictly: what another program would read otherwise is refused."""

import json
from collections import Counter
from typing import Any

from runcomfy_codegen.ir import Json

MAX_DEPTH, MAX_DIGITS = 100, 300
"""Python reads no brackets nested 200 times; no double has so many digits."""


def parse_json(data: bytes | str) -> Json:
    """Parse strict JSON.

    No duplicate keys, no NaN, Infinity or number that is too large for a double, no
    lone surrogates. Raises ValueError, which says where.
    """
    text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    content = json.loads(
        text,
        object_pairs_hook=_unique_keys,
        parse_constant=_no_constant,
        parse_int=_integer,
    )
    if _is_deep(content):
        raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
    try:
        json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError("it holds half of a surrogate pair") from error
    return content


def _is_deep(content: Json) -> bool:
    """Whether arrays and objects are nested more than MAX_DEPTH times."""
    level = [content]
    for _ in range(MAX_DEPTH + 1):
        below: list[Json] = []
        for value in level:
            match value:
                case dict():
                    below += value.values()
                case list():
                    below += value
        level = below
    return bool(level)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, unless a key stands in it twice."""
    content = dict(pairs)
    if len(content) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        double = counts.most_common(1)[0][0]
        raise ValueError(f"the key {double!r} stands twice in one object")
    return content


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits fits into no double")
    return int(digits)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
