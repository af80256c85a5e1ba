"""Try media: what the service could open, and texts that it could not."""

from runcomfy_codegen.ir import Schema
from runcomfy_codegen.render.samples import sample
from runcomfy_codegen.render.tests.cases.case import CaseKind, Trial, Trials
from runcomfy_codegen.schema.media import medium_of

TEXT_LIMITS = ("minLength", "maxLength", "pattern")
NO_URLS = {
    "no URL": "file.bin",
    "a file's URL": "file:///file.bin",
    "an empty text": "",
}
LONGEST = 2_100
"""Characters of a URL that is tried: beyond them a limit is not."""


def media_trials(schema: Schema) -> Trials:
    """Yield URLs of a medium, and texts that are none."""
    if schema.keys().isdisjoint(TEXT_LIMITS):
        own = {key: value for key, value in schema.items() if key != "examples"}
        yield _trial("a URL", str(sample(own)), True)
        yield _trial("a data: URI", f"data:{medium_of(schema)}/x;base64,AAAA", True)
    elif "pattern" not in schema:
        yield from _length_trials(schema)
    for rule, text in NO_URLS.items():
        yield _trial(rule, text, False)


def _length_trials(schema: Schema) -> Trials:
    """Yield URLs beside each limit of their length."""
    for keyword, by in (("minLength", -1), ("maxLength", 1)):
        limit = schema.get(keyword, 0)
        for length, accepted in ((limit, True), (limit + by, False)):
            url = "https://example.com/".ljust(length, "x")
            if limit and len(url) == length <= LONGEST:
                yield _trial(f"a URL of {length} characters", url, accepted)


def _trial(rule: str, text: str, accepted: bool) -> Trial:
    return Trial(CaseKind.MEDIUM, rule, text, accepted)
