"""Slim the index that every page loads to search the site."""

import json
from pathlib import Path
from typing import Any


def slim_search(site: Path, models: list[dict[str, Any]]) -> None:
    """Search a model's page as one: by its words, id, module and parameters' names."""
    index = site / "search.json"
    if not index.is_file():
        return
    whole = json.loads(index.read_bytes())
    named = {model["page"]: model for model in models}
    kept: list[dict[str, Any]] = []
    for item in whole["items"]:
        page, _, anchor = item["location"].partition("#")
        if page not in named:
            kept.append(item)
        elif not anchor:
            kept.append({**item, "text": _words(named[page])})
    text = json.dumps({**whole, "items": kept}, ensure_ascii=False)
    index.write_text(text, "utf-8", newline="\n")
    script = f"var __index={text}"
    (site / "search.js").write_text(script, "utf-8", newline="\n")


def _words(model: dict[str, Any]) -> str:
    """Return what a model is found by, beside its title."""
    lists = (model["tasks"], model["takes"], model["makes"], model["parameters"])
    words = [model["description"], model["model_id"], model["module"]]
    return " ".join([*words, *(word for each in lists for word in each)])
