"""List the whole catalogue, page by page, and trust it no further than its pages.

The total may be wrong, and entries may come and go between two pages. What a listing
lacks is only gone if the listing is complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runcomfy_codegen.catalogue.asking import Questions
from runcomfy_codegen.catalogue.pages import Page, ReadEntries, get_page
from runcomfy_codegen.errors import SourceError
from runcomfy_codegen.http import TooLargeError
from runcomfy_codegen.progress import Progress, no_progress

LIMIT = 100
MAX_PASSES = 3
"""How often a catalogue that changes under way is listed."""
MAX_STALE_PAGES = 2
"""How many pages with nothing new in them end a listing."""
MAX_TOO_LARGE = 2
"""How many entries that are too large to read are passed over."""
MAX_MODELS = 10_000
MAX_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Filter:
    """What part of the catalogue to list."""

    search: str = ""
    category: str = ""
    kind: str = ""

    def query(self) -> dict[str, str | int]:
        """Return it as the query that the catalogue takes."""
        given = (
            ("search", self.search),
            ("category", self.category),
            ("kind", self.kind),
        )
        return {key: value for key, value in given if value}


@dataclass(slots=True)
class Listing:
    """What came of listing the catalogue."""

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The good entries by model_id."""
    errors: list[SourceError] = field(default_factory=list)
    """What is wrong with the broken entries."""
    seen: set[str] = field(default_factory=set)
    """Every model_id that was listed, of broken entries too. What stands for one that has
    none is not a model_id."""
    remarks: list[str] = field(default_factory=list)
    failure: SourceError | None = None
    """What ended the listing before its end."""
    is_complete: bool = False
    """Whether what it lacks is not in the catalogue."""


def list_catalogue(
    questions: Questions,
    which: Filter,
    read_entries: ReadEntries,
    progress: Progress = no_progress,
) -> Listing:
    """Return what the catalogue lists. Raises nothing: a failure is part of the listing."""
    listing = Listing()
    one = _Pass()
    for _ in range(MAX_PASSES):
        one = _Pass()
        try:
            one.run(questions, which.query(), read_entries, progress)
        except SourceError as error:
            listing.failure = error
        listing.entries |= one.entries
        listing.seen |= one.keys
        if listing.failure or one.is_settled():
            break
    if not listing.failure and not which.query():
        listing.is_complete = one.is_complete()
    listing.errors, listing.remarks = one.errors, one.remarks
    return listing


@dataclass(slots=True)
class _Pass:
    """The catalogue, listed once from its beginning to its end."""

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: list[SourceError] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    totals: list[int | None] = field(default_factory=list)
    count: int = 0
    """How many entries came, without pages that held nothing new."""
    too_large: int = 0
    """How many entries were passed over."""
    has_end: bool = False
    """Whether an empty page ended it."""

    def run(
        self,
        questions: Questions,
        query: Mapping[str, str | int],
        read_entries: ReadEntries,
        progress: Progress,
    ) -> None:
        """Ask for page after page. Raises SourceError if one does not come."""
        where = f"{questions.service.base_url}/v1/models"
        offset = size = stale = 0
        limit = LIMIT
        while stale < MAX_STALE_PAGES:
            place: dict[str, str | int] = {"limit": limit, "offset": offset}
            asked = {**query, **place, "include_schema": "true"}
            try:
                origin = f"catalogue, from {offset}"
                page = get_page(questions, asked, origin, read_entries)
            except TooLargeError as error:
                if limit == 1:
                    self._skip(offset, error)
                    offset += 1
                limit = max(1, limit // 10)
                continue
            if not page.keys:
                self.has_end = True
                break
            is_new = bool(set(page.keys) - self.keys)
            stale = 0 if is_new else stale + 1
            if is_new:
                self._take(page)
            offset, size = offset + len(page.keys), size + page.size
            progress("models listed", len(self.keys), page.total)
            if len(self.keys) > MAX_MODELS or size > MAX_BYTES:
                what = f"it lists over {MAX_MODELS} models, or {MAX_BYTES // 2**20} MiB"
                fix = "list a part with --search, --category or --kind"
                raise SourceError(where, what, fix)

    def _skip(self, offset: int, error: TooLargeError) -> None:
        """Pass over an entry that is too large. Raises SourceError for many of them."""
        fix = "see that --base-url is that of the API"
        skipped = SourceError(f"catalogue, entry {offset}", error.what, fix)
        self.too_large += 1
        if self.too_large > MAX_TOO_LARGE:
            raise skipped
        self.errors.append(skipped)

    def _take(self, page: Page) -> None:
        self.totals.append(page.total)
        self.count += len(page.keys)
        self.keys |= set(page.keys)
        self.errors += page.errors
        for entry in page.entries:
            model_id = str(entry["model_id"])
            if self.entries.setdefault(model_id, entry) != entry:
                remark = f"{model_id} is listed twice, differently: the first is taken"
                if remark not in self.remarks:
                    self.remarks.append(remark)

    def is_settled(self) -> bool:
        """Return whether the catalogue stayed the same, as far as its total says."""
        return len(set(self.totals)) <= 1

    def is_complete(self) -> bool:
        """Decide whether what it lacks is not in the catalogue, and remark why not."""
        why = self._why_not_complete()
        if why:
            self.remarks.append(f"{why}, so nothing is taken as gone")
        return not why

    def _why_not_complete(self) -> str:
        """Return why there may be more models than were listed; empty if there are not."""
        if not self.is_settled():
            return "the catalogue kept changing"
        if self.too_large:
            return "an entry is too large to be read"
        if not self.keys:
            return "the catalogue is empty"
        total = self.totals[-1]
        if total is None:
            return "" if self.has_end else "the catalogue has no end"
        if total > self.count:
            return f"the catalogue says {total} models and lists {self.count}"
        return ""
