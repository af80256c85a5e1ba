"""Hash contents and JSON values, for all who ask whether something is still the same."""

import hashlib
import json

from runcomfy_codegen.ir import Json


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal.

    How a text's lines end is no part of it: a checkout on Windows is the same tree.
    """
    return hashlib.sha256(unix_lines(content)).hexdigest()


def digest_json(value: Json) -> str:
    """Return the SHA-256 of a JSON value, in hexadecimal."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=True).encode()).hexdigest()


def unix_lines(content: bytes) -> bytes:
    """Return a text with its lines ended as we write them, and other content as it is."""
    if b"\r\n" not in content or b"\0" in content:
        return content
    return content.replace(b"\r\n", b"\n")
