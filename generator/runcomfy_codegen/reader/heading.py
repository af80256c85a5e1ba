"""Finds a page's title and description in the prose before its first curl command.

Prose has no grammar, and may be in any language, or site navigation, or names of
translations that were never filled in. What cannot be told apart is left out.
"""

import re

_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f]+")
_MARKDOWN_HEADING = re.compile(r"^#{1,6} ")
_FIRST_SECTION = re.compile(r"^\W*[1１]\s?[.)、．）]\s*(?!\d)\S")  # noqa: RUF001
_NUMBERS = [re.compile(rf"{n}[.)、．）](?!\s*\d)") for n in (1, 2, 3)]  # noqa: RUF001
_KEY_WORD = re.compile(r"\b[a-z][a-z0-9]*[A-Z][A-Za-z0-9]*_\w")
_KEY_LINE = re.compile(r"^(?=\S*[a-z][A-Z])[a-z]\w*[.:_]\w[\w.:]*$")
_SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”’»)\]」』）]*$")  # noqa: RUF001
_BULLETS = ("•", "- ", "* ", "·")
_LONG = 100


def title_and_description(header: str, model_id: str) -> tuple[str | None, str | None]:
    """Tell the title and the description of a page, each where it is certain."""
    lines = list(filter(None, map(_clean, header.split("\n"))))
    plain = [line.strip("`") for line in lines]
    if model_id in plain:
        at = plain.index(model_id)
        body = _before_sections(lines[at + 1 :], model_id)
        return _title(lines[:at], model_id), _description(body)
    body = _before_sections(lines, model_id)
    has_sections = len(body) < len(lines)
    return _by_position(body, model_id) if has_sections else (None, None)


def _clean(line: str) -> str:
    return _MARKDOWN_HEADING.sub("", _CONTROL.sub(" ", line).strip())


def _before_sections(lines: list[str], model_id: str) -> list[str]:
    """Cut the table of contents, the sections and the sentence that leads to curl."""
    lines = _before_intro(lines, model_id)
    is_described = False
    for index, line in enumerate(lines):
        ends = _is_section(line) or (is_described and _is_key(line))
        if ends:
            return _without_heading(lines[:index])
        is_described = is_described or _is_sentence(line)
    return lines


def _before_intro(lines: list[str], model_id: str) -> list[str]:
    """Cut the sentence that leads to the curl command, and all behind it."""
    for index in reversed(range(len(lines))):
        if _is_intro(lines[index], model_id):
            return lines[:index]
    return lines


def _without_heading(lines: list[str]) -> list[str]:
    """Drop the heading of the table of contents, whatever it says."""
    return lines[:-1] if lines and not _is_sentence(lines[-1]) else lines


def _is_section(line: str) -> bool:
    """Tell a numbered first heading, or a table of contents run together."""
    position = 0
    for number in _NUMBERS:
        found = number.search(line, position)
        if not found:
            return bool(_FIRST_SECTION.match(line))
        position = found.end()
    return True


def _is_key(line: str) -> bool:
    """Tell the name of a translation that was never filled in."""
    whole = len(line) < _LONG and _KEY_LINE.match(line)
    return bool(whole or _KEY_WORD.search(line))


def _is_intro(line: str, model_id: str) -> bool:
    if model_id in line and line.strip("`") != model_id:
        return True
    return "RunComfy" in line and "API" in line


def _is_sentence(line: str) -> bool:
    if _is_key(line):
        return False
    if len(line) >= _LONG:
        return True
    wordy = line.count(" ") >= 3 or sum(ch > "\u2e80" for ch in line) >= 8
    return wordy and bool(_SENTENCE_END.search(line))


def _description(lines: list[str]) -> str | None:
    sentences = [line for line in lines if _is_sentence(line)]
    if sentences:
        return sentences[0]
    plain = len(lines) == 1 and len(lines[0]) >= 20 and not _is_key(lines[0])
    return lines[0] if plain else None


def _title(lines: list[str], model_id: str) -> str | None:
    """Take the last line, if it stands alone or has a word of the model_id."""
    if not lines:
        return None
    last = lines[-1]
    if last.startswith(_BULLETS) or _is_key(last):
        return None
    is_alone = len(lines) == 1
    is_of_model = _names(last, model_id) and not _is_sentence(last)
    return last if is_alone or is_of_model else None


def _by_position(lines: list[str], model_id: str) -> tuple[str | None, str | None]:
    """Read a header without a line for the model_id: title, then description."""
    at = max((i for i, line in enumerate(lines) if _is_sentence(line)), default=None)
    if at is None:
        alone = lines if len(lines) == 1 and _names(lines[0], model_id) else []
        return _title(alone, model_id), None
    title = _title(lines[:at], model_id)
    return (title, lines[at]) if title else (None, None)


def _names(line: str, model_id: str) -> bool:
    """Tell whether a line has a word of the model_id, its vendor's name apart."""
    words = re.findall(r"[^\W\d_]{2,}", model_id.partition("/")[2].lower())
    return any(word in line.lower() for word in words)
