"""What `add` makes of files, URLs and standard input."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.workspace import PAINT, Run, Store

STORED = Path("schemas/acme/paint-1.5/edit.json")


def test_an_entry_is_stored_as_published(run: Run, folder: Path) -> None:
    Path("entry.json").write_text(json.dumps(PAINT))
    done = run("add", "entry.json")
    assert done.exit_code == 0
    assert done.output == f"new  {STORED}\n"
    assert json.loads(STORED.read_text()) == PAINT


def test_a_list_from_standard_input(run: Run, folder: Path) -> None:
    other = {**PAINT, "model_id": "acme/draw"}
    done = run("add", "-", stdin=json.dumps({"models": [PAINT, other], "total": 2}))
    assert done.exit_code == 0
    assert json.loads(Path("schemas/acme/draw.json").read_text()) == other


def test_the_same_again_changes_nothing(run: Run, store: Store) -> None:
    store()
    before = STORED.read_bytes()
    done = run("add", "-", stdin=json.dumps(PAINT))
    assert done.output == f"unchanged  {STORED}\n"
    assert STORED.read_bytes() == before


def test_a_different_one_is_kept_without_force(run: Run, store: Store) -> None:
    store()
    other = json.dumps({**PAINT, "description": "Other."})
    done = run("add", "-", stdin=other)
    assert done.exit_code == 3
    assert "differs (description)" in done.output
    assert "--force" in done.output
    assert json.loads(STORED.read_text()) == PAINT
    done = run("add", "-", "--force", stdin=other)
    assert done.output == f"changed  {STORED}\n"
    assert json.loads(STORED.read_text())["description"] == "Other."


@pytest.mark.parametrize(
    "model_id",
    [
        "../../escaped",
        "acme/../../escaped",
        "/etc/passwd",
        "acme",
        "acme/",
        "acme//paint",
        "acme/a\nb",
        "acme/a\\b",
        "acme/paint\n",
        "C:/windows",
        "acme/{{7*7}}",
        "acme/" + "x" * 300,
    ],
)
def test_an_id_that_is_no_path_is_refused(
    run: Run, folder: Path, model_id: str
) -> None:
    done = run("add", "-", stdin=json.dumps({**PAINT, "model_id": model_id}))
    assert done.exit_code == 3
    assert "model_id" in done.output
    assert len(done.output.splitlines()) == 2
    assert not list(folder.rglob("*"))


def test_a_bad_source_does_not_stop_the_others(run: Run, folder: Path) -> None:
    Path("bad.txt").write_text("nothing here")
    Path("good.json").write_text(json.dumps(PAINT))
    done = run("add", "bad.txt", "gone.txt", "good.json")
    assert done.exit_code == 3
    assert STORED.exists()
    assert "bad.txt: " in done.output
    assert "gone.txt: cannot be read" in done.output
    assert "2 sources could not be added" in done.output


def test_no_source_is_wrong_usage(run: Run) -> None:
    assert run("add").exit_code == 2


@pytest.fixture
def catalogue() -> Iterator[str]:
    """A server that answers with an entry, or with 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/entry" else 404)
            self.end_headers()
            self.wfile.write(json.dumps(PAINT).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_url(run: Run, catalogue: str) -> None:
    assert run("add", f"{catalogue}/entry").exit_code == 0
    stored = json.loads(STORED.read_text())
    assert stored == {**PAINT, "source_url": f"{catalogue}/entry"}


def test_a_url_that_fails(run: Run, folder: Path, catalogue: str) -> None:
    done = run("add", f"{catalogue}/gone")
    assert done.exit_code == 3
    assert f"{catalogue}/gone: cannot be fetched" in done.output
    assert "404" in done.output
    assert "save the page and give the file" in done.output
    assert not list(folder.rglob("*.json"))


@pytest.mark.parametrize("content", ["{", "7", '"\\ud800"'])
def test_a_stored_file_that_is_none(run: Run, store: Store, content: str) -> None:
    store()
    STORED.write_text(content)
    done = run("add", "-", stdin=json.dumps(PAINT))
    assert done.exit_code == 3
    assert f"{STORED} differs (it is not a JSON object)" in done.output
    assert STORED.read_text() == content
    assert run("add", "-", "--force", stdin=json.dumps(PAINT)).exit_code == 0
    assert json.loads(STORED.read_text()) == PAINT


def test_every_key_that_differs_is_named(run: Run, store: Store) -> None:
    store(kind="model", base_price_usd=1)
    other = {**PAINT, "base_price_usd": 2, "price_unit": "image"}
    done = run("add", "-", stdin=json.dumps(other))
    assert f"{STORED} differs (base_price_usd, price_unit); " in done.output


def test_what_has_the_scheme_of_no_url(run: Run, folder: Path) -> None:
    done = run("add", "ftp://example.com/page.txt")
    assert done.exit_code == 3
    assert "ftp://example.com/page.txt" in done.output
    assert "give a file or a URL" in done.output


@pytest.mark.parametrize("model_id", ["acme/a.overlay", "acme/a.json/b"])
def test_an_id_that_is_the_path_of_something_else(run: Run, model_id: str) -> None:
    schema = {"type": "object"}
    entries = [
        {"model_id": each, "input_schema": schema} for each in (model_id, "acme/good")
    ]
    Path("list.json").write_text(json.dumps({"models": entries}))
    done = run("add", "list.json")
    assert done.exit_code == 3
    assert f"list.json: {model_id}: {model_id!r} is not a model_id; " in done.stderr
    assert Path("schemas/acme/good.json").exists()


def test_a_source_without_an_end(run: Run) -> None:
    assert "is larger than 16 MiB" in run("add", "/dev/zero").stderr


@pytest.mark.parametrize(
    ("fields", "page"),
    [
        ({"model_url": "https://a.example/m"}, "https://a.example/m"),
        (
            {"model_url": "https://a.example/m", "source_url": None},
            "https://a.example/m",
        ),
        (
            {"model_url": "https://a.example/m", "source_url": "https://b.example"},
            "https://b.example",
        ),
        ({"model_url": "javascript:alert(1)"}, ""),
        ({"model_url": "https://a.example/<b>"}, ""),
        ({"model_url": 7}, ""),
    ],
)
def test_the_page_that_the_catalogue_names(
    run: Run, fields: dict[str, Any], page: str
) -> None:
    entry = {"model_id": "acme/a", "input_schema": {"type": "object"}, **fields}
    Path("entry.json").write_text(json.dumps(entry))
    assert run("add", "entry.json").exit_code == 0
    assert run("generate").exit_code == 0
    made = json.loads(
        Path("generated/runcomfy_models/_schemas/acme/a.json").read_text()
    )
    assert made.get("source_url", "") == page
    text = Path("generated/docs/models/acme/a.md").read_text()
    assert (page in text) if page else ("alert(1)" not in text)


def test_what_only_a_page_said_is_kept(run: Run, store: Store) -> None:
    said = {"source_url": "https://example.com/a", "example": {"prompt": "A cat"}}
    store(**said, description="Of the page.")
    listed = {**PAINT, "description": "", "base_price_usd": 0.5}
    assert run("add", "-", stdin=json.dumps(listed)).exit_code == 3
    done = run("add", "-", "--force", stdin=json.dumps(listed))
    assert done.output == f"changed  {STORED}\n"
    assert json.loads(STORED.read_text()) == {
        **PAINT,
        **said,
        "description": "Of the page.",
        "base_price_usd": 0.5,
    }
    assert run("add", "-", stdin=json.dumps(listed)).output.startswith("unchanged")


def _with_field(model_id: str, field: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"x": field}}
    return {**PAINT, "model_id": model_id, "input_schema": schema}


def test_what_nothing_could_be_generated_from_is_not_stored(run: Run) -> None:
    bad = _with_field("acme/bad", {"type": "picture"})
    worse = _with_field("acme/worse", {"type": "string", "enum": []})
    done = run("add", "-", stdin=json.dumps([bad, PAINT, worse]))
    assert done.exit_code == 3
    assert done.stdout == f"new  {STORED}\n"
    place = "schemas/acme/bad.json#/input_schema/properties/x/type: "
    assert place in done.stderr
    assert "schemas/acme/worse.json#/input_schema/properties/x" in done.stderr
    assert "2 sources could not be added" in done.stderr
    assert not Path("schemas/acme/bad.json").exists()
    assert run("generate").exit_code == 0
    done = run("add", "-", "--force", stdin=json.dumps(bad))
    assert place in done.stderr
    assert "stored all the same" in done.stderr
    assert Path("schemas/acme/bad.json").exists()
    overlay = {"input_schema": {"properties": {"x": {"type": "string"}}}}
    Path("schemas/acme/bad.overlay.json").write_text(json.dumps(overlay))
    assert run("generate").exit_code == 0
    assert run("add", "-", stdin=json.dumps(bad)).exit_code == 0


def test_what_comes_to_no_python_type_is_not_stored(run: Run) -> None:
    deep: dict[str, Any] = {"type": "string", "pattern": "^a$", "const": "b"}
    done = run("add", "-", stdin=json.dumps(_with_field("acme/never", deep)))
    stored = Path("schemas/acme/never.json").exists()
    assert stored == (done.exit_code == 0)
    if stored:
        assert run("generate").exit_code == 0


def test_a_name_that_is_taken_is_told_of_the_newcomer(run: Run, store: Store) -> None:
    store("acme/b-c.json", model_id="acme/b-c")
    other = json.dumps({**PAINT, "model_id": "acme/b.c"})
    done = run("add", "-", stdin=other)
    assert done.exit_code == 3
    assert "schemas/acme/b.c.json#/model_id" in done.stderr
    assert "names.toml" in done.stderr
    assert not Path("schemas/acme/b.c.json").exists()
    Path("schemas/names.toml").write_text('modules."acme/b.c" = "b_dot_c"\n')
    assert run("add", "-", stdin=other).exit_code == 0
    assert run("generate").exit_code == 0


def test_what_is_wrong_elsewhere_is_not_told(run: Run, store: Store) -> None:
    store("acme/broken.json", model_id="acme/broken", input_schema={"type": "x"})
    Path("schemas/acme/odd.json").write_text("{")
    done = run("add", "-", stdin=json.dumps(PAINT))
    assert (done.exit_code, done.output) == (0, f"new  {STORED}\n")
