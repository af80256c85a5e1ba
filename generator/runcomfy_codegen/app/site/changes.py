"""Tell on each model's page what changed in it, and when, as the package's changelog has it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

VERSION = re.compile(r"## (?P<name>\S+)(?: - (?P<date>\S+))?")
VERDICT = re.compile(r"### (?P<name>.+)")
CHANGE = re.compile(r"- (?P<mark>`+)(?P<model_id>[^`]+)(?P=mark)[:,] (?P<what>.+)")


@dataclass(frozen=True, slots=True)
class ModelChange:
    """What a version changed in a model. The words are Markdown."""

    version: str
    date: str
    """Empty for what is not released yet."""
    verdict: str
    model_id: str
    what: str


def read_changes(changelog: str) -> Iterator[ModelChange]:
    """Yield each change that a changelog tells of, in its order."""
    version = date = verdict = ""
    for line in changelog.splitlines():
        if found := VERSION.fullmatch(line):
            version, date, verdict = found["name"], found["date"] or "", ""
        elif found := VERDICT.fullmatch(line):
            verdict = found["name"]
        elif found := CHANGE.fullmatch(line):
            what, model_id = found["what"], found["model_id"]
            yield ModelChange(version, date, verdict, model_id, what)


def last_release(changelog: str) -> str:
    """Return the last version with its date, `0.2.0 (2026-11-28)`; empty without any."""
    for line in changelog.splitlines():
        found = VERSION.fullmatch(line)
        if found and found["date"]:
            return f"{found['name']} ({found['date']})"
    return ""


def changes_part(changes: list[ModelChange], changelog: str, link: str) -> str:
    """Return the part of a model's page that tells of its changes."""
    lines = ["", '## Changes { #changes data-search-exclude="" }', ""]
    for change in changes:
        when = f" ({change.date})" if change.date else ""
        lines.append(f"- **{change.version}**{when}, {change.verdict}: {change.what}")
    released = last_release(changelog)
    if not changes and released:
        lines.append(f"None, up to {released}.")
    elif not changes:
        lines.append("None: no version of the package is released yet.")
    lines += ["", f"[All models' changes]({link})", ""]
    return "\n".join(lines)


def with_links(changelog: str, pages: Mapping[str, str]) -> str:
    """Return a changelog in which each model leads to its page, where it has one."""
    lines = []
    for line in changelog.splitlines():
        found = CHANGE.fullmatch(line)
        page = pages.get(found["model_id"]) if found else None
        if found and page:
            code = line[2 : line.index(found["model_id"])] + found["model_id"]
            code += found["mark"]
            line = f"- [{code}]({page}){line[2 + len(code):]}"
        lines.append(line)
    return "\n".join([*lines, ""])
