"""The order in which linters want imported names: numbers by their size, not their digits.

ruff and isort put `video_4k` before `video_480p`, and that before `video_1080p`. Digits
that begin with a zero are compared like those behind a decimal point.
"""

import re
from functools import cmp_to_key
from itertools import zip_longest

_PIECES = re.compile(r"\d+|\D")


def _compare(one: str, other: str) -> int:
    """Return less than 0 if one name comes first, more if the other does."""
    for left, right in zip_longest(_PIECES.findall(one), _PIECES.findall(other)):
        if left == right:
            continue
        if left is None or right is None:
            return -1 if left is None else 1
        if left.isdigit() and right.isdigit():
            is_fraction = left[0] == "0" or right[0] == "0"
            if not is_fraction and len(left) != len(right):
                return len(left) - len(right)
        return -1 if left < right else 1
    return 0


by_number = cmp_to_key(_compare)
"""The key of a name, for `sorted`."""
