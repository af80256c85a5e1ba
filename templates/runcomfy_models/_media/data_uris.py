"""Decoding `data:` URIs. Pure."""

import base64
import binascii
from urllib.parse import unquote_to_bytes


def decode_data_uri(uri: str, max_bytes: int) -> tuple[bytes, str]:
    """Return the bytes and the media type of a `data:` URI.

    ValueError, with what is wrong as a phrase, if it is too large or broken.
    """
    head, comma, payload = uri[5:].partition(",")
    content_type, *parameters = head.split(";")
    encoded = "base64" in (parameter.strip().lower() for parameter in parameters)
    if not comma:
        raise ValueError("holds no data")
    if len(payload) > max_bytes * (4 if encoded else 3) + 4:
        raise ValueError(f"is larger than {max_bytes} bytes")
    data = unquote_to_bytes(payload)
    if encoded:
        try:
            data = b"".join(data.split())
            data = base64.b64decode(data + b"=" * (-len(data) % 4), validate=True)
        except binascii.Error as error:
            raise ValueError(f"is not base64 ({error})") from None
    if len(data) > max_bytes:
        raise ValueError(f"is larger than {max_bytes} bytes")
    if not data:
        raise ValueError("is empty")
    return data, content_type.strip() or "text/plain"
