"""The stages that read and write files, each alone: store, write, stamp, workers."""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runcomfy_codegen.app.plan import Request, plan
from runcomfy_codegen.atomic import TEMPORARY, sweep, write_file
from runcomfy_codegen.cache.stamp import Counts, put_stamp, snapshot, sources, stamped
from runcomfy_codegen.digests import digest
from runcomfy_codegen.errors import StoreError, UsageError
from runcomfy_codegen.ir import Drift, Templates
from runcomfy_codegen.output.lock import locked
from runcomfy_codegen.output.manifest import MANIFEST, dump_manifest
from runcomfy_codegen.output.tree import read_tree
from runcomfy_codegen.output.writer import compare, write
from runcomfy_codegen.parallel import WORTH_A_WORKER, parallel_map, worthwhile_jobs
from runcomfy_codegen.resources import load_templates, templates_folder
from runcomfy_codegen.schema.strict_json import MAX_DEPTH, MAX_DIGITS, parse_json
from runcomfy_codegen.session import Session
from runcomfy_codegen.store.entries import dump_json, parse_models
from runcomfy_codegen.store.folder import MAX_BYTES, path_of, read_folder
from tests.support.workspace import PAINT, Run, Store


def put(path: str, content: bytes | str = b"") -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def written(contents: dict[str, bytes], **how: Any) -> Any:
    """Write a tree of these files below `out`, as a plan would have it."""
    files = {path: digest(content) for path, content in contents.items()}
    whole = {**contents, MANIFEST: dump_manifest({"files": files, "models": {}})}
    expected = {path: digest(content) for path, content in whole.items()}
    return write(read_tree(Path("out")), whole, expected, **how)


def shown() -> dict[str, bytes]:
    return {
        path.relative_to("out").as_posix(): path.read_bytes()
        for path in Path("out").rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


class TestWrite:
    """What stands in the folder after each run."""

    def test_what_is_created_replaced_and_deleted(self, folder: Path) -> None:
        first = written({"a/b.py": b"1", "a/c/d.py": b"2", "e": b"3"})
        assert first.created == ("a/b.py", "a/c/d.py", "e", MANIFEST)
        assert (first.replaced, first.deleted, first.kept) == ((), (), ())
        second = written({"a/b.py": b"4", "e": b"3"})
        assert second.created == ()
        assert second.replaced == ("a/b.py", MANIFEST)
        assert second.deleted == ("a/c/d.py",)
        assert shown() == {"a/b.py": b"4", "e": b"3"}
        assert not Path("out/a/c").exists()
        assert written({"a/b.py": b"4", "e": b"3"}) == type(second)((), (), (), ())

    def test_what_a_person_edited_is_kept_and_reported(self, folder: Path) -> None:
        written({"a": b"1", "b": b"2", "c": b"3"})
        put("out/a", "mine")
        put("out/b", "mine")
        put("out/new", "mine")
        done = written({"a": b"4", "c": b"5"})
        kept = (Drift("a", "edited"), Drift("b", "edited"), Drift("new", "orphaned"))
        assert done.kept == kept
        assert done.replaced == ("c", MANIFEST)
        assert shown() == {"a": b"mine", "b": b"mine", "c": b"5", "new": b"mine"}
        forced = written({"a": b"4", "c": b"5"}, force=True)
        assert forced.replaced == ("a",)
        assert shown()["a"] == b"4"

    def test_a_part_leaves_the_rest(self, folder: Path) -> None:
        written({"a": b"1", "b": b"2"})
        done = written({"a": b"3"}, partial=True)
        assert done.deleted == ()
        assert shown() == {"a": b"3", "b": b"2"}

    def test_the_manifest_is_written_last_and_each_file_is_told(
        self, folder: Path
    ) -> None:
        told: list[tuple[str, int, int | None]] = []
        seen: list[bool] = []

        def tell(doing: str, done: int, total: int | None) -> None:
            told.append((doing, done, total))
            seen.append(Path("out", MANIFEST).exists())

        written({"z": b"1", "zz": b"2"}, progress=tell)
        assert told == [("files written", done, 3) for done in (1, 2, 3)]
        assert seen == [False, False, True]

    @pytest.mark.parametrize(
        "spoilt", [b"{", b"[]", b'{"files": {}, "seal": "x"}', b"[" * 100_000]
    )
    def test_a_manifest_that_is_not_as_it_was_is_not_trusted(
        self, folder: Path, spoilt: bytes
    ) -> None:
        written({"a": b"1"})
        put(f"out/{MANIFEST}", spoilt)
        tree = read_tree(Path("out"))
        assert (tree.manifest, tree.recorded) == ({}, {})
        assert tree.read("a") == b"1"
        drifts = compare(tree, {"a": digest(b"1"), "b": digest(b"2")})
        assert drifts == [Drift("b", "missing"), Drift(MANIFEST, "orphaned")]

    def test_a_run_that_was_cut_short_knows_its_files(self, folder: Path) -> None:
        written({"a": b"1"})
        put("out/a", b"2")
        put("out/b", b"3")
        put(f"out/.b.1{TEMPORARY}", b"half")
        journal = {"a": [digest(b"2")], "b": [digest(b"3")], "c": "odd"}
        put("out/.manifest.journal.json", json.dumps(journal))
        tree = read_tree(Path("out"))
        assert tree.known["a"] == (digest(b"1"), digest(b"2"))
        done = written({"a": b"4"})
        assert (done.replaced, done.deleted) == (("a", MANIFEST), ("b",))
        assert sorted(os.listdir("out")) == ["a", MANIFEST]

    def test_what_tools_leave_is_passed_over(self, folder: Path) -> None:
        written({"a/b.py": b"1"})
        put("out/a/__pycache__/b.pyc")
        put("out/site/index.html")
        put("out/x.egg-info/PKG-INFO")
        put("out/.hidden/file")
        put("out/.file")
        assert set(read_tree(Path("out")).present) == {"a/b.py", MANIFEST}
        assert written({}).deleted == ("a/b.py",)
        assert not Path("out/a").exists()
        assert Path("out/site/index.html").exists()

    def test_a_link_is_refused(self, folder: Path) -> None:
        Path("out").mkdir()
        Path("out/link").symlink_to("/")
        with pytest.raises(StoreError) as raised:
            read_tree(Path("out"))
        what = "is a symbolic link, and nothing is written through one"
        assert str(raised.value) == f"out/link: {what}; remove it and run again"

    def test_a_folder_that_cannot_be_made(self, folder: Path) -> None:
        put("file")
        with pytest.raises(StoreError) as raised:
            write(read_tree(Path("file/out")), {"a": b""}, {"a": digest(b"")})
        assert str(raised.value) == (
            "file/out: cannot be used: Not a directory; "
            "mend that and run again; what was written so far is whole"
        )

    def test_what_cannot_be_deleted(self, folder: Path) -> None:
        written({"a": b"1"})
        tree = read_tree(Path("out"))
        Path("out/a").unlink()
        Path("out/a").mkdir()
        with pytest.raises(StoreError, match=r"^out/a: cannot be used: "):
            write(tree, {MANIFEST: b""}, {MANIFEST: digest(b"")})


class TestAtomic:
    """A file is whole, or as it was."""

    def test_a_file_below_folders(self, folder: Path) -> None:
        ready: set[str] = set()
        write_file(folder, "a/b/c", b"x" * 100_000, ready)
        assert Path("a/b/c").read_bytes() == b"x" * 100_000
        assert ready == {"a/b"}
        assert os.listdir("a/b") == ["c"]
        assert Path("a/b/c").stat().st_mode & 0o777 == 0o644 & ~_umask()

    def test_a_file_in_the_way_stays(self, folder: Path) -> None:
        put("a/b/file")
        with pytest.raises(StoreError, match=r"a/b: cannot be used: Is a directory; "):
            write_file(folder, "a/b", b"")
        assert os.listdir("a") == ["b"]

    def test_a_link_on_the_way(self, folder: Path) -> None:
        put("there/file")
        Path("a").symlink_to("there")
        with pytest.raises(StoreError, match=r"/a: is a symbolic link"):
            write_file(folder, "a/b", b"")
        assert os.listdir("there") == ["file"]

    def test_what_was_being_written_is_swept(self, folder: Path) -> None:
        put(f"a/.x.1{TEMPORARY}")
        put(f"a/x{TEMPORARY}")
        put("a/.x")
        sweep(folder)
        assert sorted(os.listdir("a")) == [".x", f"x{TEMPORARY}"]

    def test_one_waits_for_the_other(self, folder: Path) -> None:
        waited = threading.Event()
        order: list[str] = []

        def other() -> None:
            with locked(folder / "a" / "out", waited.set):
                order.append("other")

        with locked(folder / "a" / "out", lambda: order.append("waited")):
            thread = threading.Thread(target=other)
            thread.start()
            assert waited.wait(20)
            order.append("first")
        thread.join(20)
        assert order == ["first", "other"]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


class TestStore:
    """What is said of each file that cannot be taken."""

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"[]", "it does not hold a JSON object"),
            (b'{"a": 1, "a": 2}', "the key 'a' stands twice in one object"),
            (b'{"a": NaN}', "NaN is not JSON"),
            (b'{"a": -Infinity}', "-Infinity is not JSON"),
            (b'{"a": 1e999}', "Out of range float values are not JSON compliant"),
            (b'{"a": "\\ud800"}', "it holds half of a surrogate pair"),
            (
                b'{"a": ' + b"9" * (MAX_DIGITS + 1) + b"}",
                f"a number of {MAX_DIGITS + 1} digits fits into no double",
            ),
            (b"[" * 100_000, "it is nested too deeply"),
            (
                b"[" * (MAX_DEPTH + 1) + b"1" + b"]" * (MAX_DEPTH + 1),
                f"it is nested deeper than {MAX_DEPTH} levels",
            ),
            (b" " * (MAX_BYTES + 1), f"it is larger than {MAX_BYTES // 2**20} MiB"),
        ],
        ids=lambda value: str(value)[:20],
    )
    def test_a_file_that_is_no_entry(
        self, store: Store, content: bytes, said: str
    ) -> None:
        store()
        put("schemas/acme/bad.json", content)
        found = parse_models(read_folder(Path("schemas")))
        assert [model.path for model in found.models] == ["acme/paint-1.5/edit.json"]
        (problem,) = found.problems
        assert (problem.file, problem.pointer) == ("acme/bad.json", "")
        assert problem.what.startswith(f"cannot be read: {said}")
        assert problem.fix == "save the entry again"

    @pytest.mark.parametrize(
        "text",
        ["9" * MAX_DIGITS, "[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH, '"\\ud83d\\ude00"'],
        ids=["digits", "depth", "pair"],
    )
    def test_what_may_just_be(self, text: str) -> None:
        assert parse_json(text) == json.loads(text)
        assert parse_json(b"\xef\xbb\xbf" + text.encode()) == json.loads(text)

    def test_a_large_file_may_be_so_large(self, store: Store) -> None:
        text = json.dumps({**PAINT, "model_id": "acme/a"})
        put("schemas/acme/a.json", text.ljust(MAX_BYTES))
        assert not parse_models(read_folder(Path("schemas"))).problems

    def test_a_file_that_is_none(self, store: Store, tmp_path: Path) -> None:
        store()
        Path("schemas/folder.json").mkdir()
        put("schemas/.hidden/a.json", "{")
        put("elsewhere.json", json.dumps(PAINT))
        Path("schemas/link.json").symlink_to(tmp_path / "elsewhere.json")
        Path("schemas/inside.json").symlink_to("acme/paint-1.5/edit.json")
        os.mkfifo("schemas/pipe.json")
        found = read_folder(Path("schemas"))
        assert {(p.file, p.what) for p in found.problems} == {
            (
                "link.json",
                "cannot be read: it is a link that leads out of the schema folder",
            ),
            ("pipe.json", "cannot be read: it is not a file"),
        }
        assert list(found.model_paths()) == ["acme/paint-1.5/edit.json", "inside.json"]

    def test_an_overlay_alone_and_tables_that_are_broken(self, store: Store) -> None:
        store()
        put("schemas/acme/other.overlay.json", "{}")
        put("schemas/names.toml", "[")
        put("schemas/retired.toml", b"\xff")
        found = {p.file: p for p in read_folder(Path("schemas")).problems}
        alone = found["acme/other.overlay.json"]
        assert alone.what == "there is no acme/other.json for this overlay"
        assert alone.fix == "add the model or delete the overlay"
        for name in ("names.toml", "retired.toml"):
            assert found[name].what.startswith("cannot be read: ")
            assert found[name].fix == "correct the TOML"

    def test_an_entry_that_is_not_as_it_should_be(self, store: Store) -> None:
        store()
        put("schemas/acme/paint-1.5/edit.overlay.json", '{"kind": 7}')
        store("acme/b.json", model_id="acme/b", description=["x" * 500])
        found = parse_models(read_folder(Path("schemas")))
        assert found.models == ()
        long, mixed = sorted(found.problems)
        assert (long.file, long.pointer) == ("acme/b.json", "/description")
        assert long.what.startswith("is not as a stored model should be: ['xxx")
        assert " … " in long.what
        assert len(long.what) < 240
        assert long.fix == (
            "correct it at its source and add it again, or in an overlay"
        )
        assert mixed.file == "acme/paint-1.5/edit.overlay.json"
        assert mixed.pointer == "/kind"
        assert mixed.what.endswith(": 7 is not of type 'string', 'null'")

    def test_an_overlay_that_takes_something_away(self, store: Store) -> None:
        store(kind="image")
        put("schemas/acme/paint-1.5/edit.overlay.json", '{"kind": null}')
        (model,) = parse_models(read_folder(Path("schemas"))).models
        assert model.overlay == {"kind": None}
        assert model.overlay_path == "acme/paint-1.5/edit.overlay.json"

    def test_no_folder(self, folder: Path) -> None:
        with pytest.raises(UsageError) as raised:
            read_folder(Path("nowhere"))
        assert str(raised.value) == (
            "nowhere: there is no such folder; give one with --schemas"
        )

    @pytest.mark.parametrize("model_id", ["a", "a/b.overlay", "a.json/b", "../a/b"])
    def test_an_id_that_would_be_no_path(self, model_id: str) -> None:
        with pytest.raises(ValueError, match="is not a model_id"):
            path_of(model_id)

    def test_an_id_that_is_a_path(self) -> None:
        assert path_of("acme/a-1.5/b") == "acme/a-1.5/b.json"

    def test_an_entry_as_it_is_stored(self) -> None:
        assert dump_json({"b": "é", "a": [1]}) == (
            '{\n  "b": "é",\n  "a": [\n    1\n  ]\n}\n'.encode()
        )


class TestStamp:
    """A stamp tells that nothing changed, and never that wrongly."""

    @pytest.fixture(autouse=True)
    def stamp(self, store: Store) -> None:
        store()
        put("out/file", "x")
        read_from = [*sources(Path("schemas"), None), "out"]
        put_stamp(Path("out"), snapshot(read_from), Counts(3, 7))

    def known(self, templates: Path | None = None) -> Counts | None:
        return stamped(Path("schemas"), Path("out"), templates)

    def test_nothing_changed(self) -> None:
        assert self.known() == Counts(3, 7)
        assert (
            len(os.listdir(Path(os.environ["XDG_CACHE_HOME"], "runcomfy-codegen"))) == 1
        )

    @pytest.mark.parametrize(
        "change",
        [
            lambda: put("schemas/acme/new.json"),
            lambda: put("schemas/names.toml"),
            lambda: Path("out/file").unlink(),
            lambda: put("out/file", "y"),
            lambda: put("out/deep/er/file"),
            lambda: os.utime("out/file", (1, 1)),
            lambda: Path("out/link").symlink_to("nowhere"),
        ],
    )
    def test_something_changed(self, change: Callable[[], Any]) -> None:
        change()
        assert self.known() is None

    @pytest.mark.parametrize("path", ["out/.git/x", "out/__pycache__/x.pyc"])
    def test_what_tools_leave_is_no_change(self, path: str) -> None:
        put(path)
        assert self.known() == Counts(3, 7)

    def test_other_templates(self) -> None:
        put("own/a")
        assert self.known(Path("own")) is None
        assert self.known(Path("nowhere")) is None
        now = snapshot([*sources(Path("schemas"), Path("own")), "out"])
        put_stamp(Path("out"), now, Counts(1, 1))
        assert self.known(Path("own")) == Counts(1, 1)
        put("own/a", "x")
        assert self.known(Path("own")) is None

    @pytest.mark.parametrize(
        "content", ["", "3", "3\0", "3\0" "7", "3\0" "7\0out\0" "1"]
    )
    def test_a_stamp_that_is_broken(self, content: str) -> None:
        (stamp,) = Path(os.environ["XDG_CACHE_HOME"], "runcomfy-codegen").iterdir()
        stamp.write_text(content)
        assert self.known() is None

    def test_counts_that_are_none(self) -> None:
        (stamp,) = Path(os.environ["XDG_CACHE_HOME"], "runcomfy-codegen").iterdir()
        models, files, rest = stamp.read_text().split("\0", 2)
        stamp.write_text("\0".join((models, "many", rest)))
        assert self.known() is None
        stamp.write_text("\0".join((models, files, rest)))
        assert self.known() == Counts(3, 7)

    def test_a_cache_that_cannot_be_written(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put("file")
        monkeypatch.setenv("XDG_CACHE_HOME", "file")
        put_stamp(Path("out"), {}, Counts(1, 1))
        assert self.known() is None

    def test_without_a_cache_folder_it_is_the_users(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.delenv("XDG_CACHE_HOME")
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        put_stamp(Path("out"), {}, Counts(1, 1))
        (stamp,) = (tmp_path / "home/.cache/runcomfy-codegen").iterdir()
        assert stamp.suffix == ".stamp"
        assert stamp.read_text() == "1\0" "1"

    def test_folders_that_share_a_stamp(self) -> None:
        """A stamp is named by the end of a path, and holds whole ones."""
        far = Path("a" * 100, "b" * 100, "out")
        put(f"{far}/file", "x")
        put_stamp(
            far, snapshot([*sources(Path("schemas"), None), str(far)]), Counts(1, 1)
        )
        near = Path("c" * 100, "b" * 100, "out")
        put(f"{near}/file", "x")
        assert stamped(Path("schemas"), far, None) == Counts(1, 1)
        assert stamped(Path("schemas"), near, None) is None
        assert self.known() == Counts(3, 7)


class TestPlan:
    """What is made again, and what is not."""

    def planned(self, **how: Any) -> Any:
        own = {
            path: content
            for path, content in load_templates().files.items()
            if "{module}" in path or ("{" not in path and path.endswith(".jinja"))
        }
        templates = Templates(own, "9.9")
        tree = read_tree(Path("out"))
        made = plan(Path("schemas"), tree, templates, Request(**how), Session())
        partial = bool(how.get("only"))
        write(tree, made.contents, made.expected, how.get("force", False), partial)
        return made

    def test_only_what_changed(self, store: Store) -> None:
        store("acme/a.json", model_id="acme/a")
        gone = store("acme/b.json", model_id="acme/b")
        first = self.planned()
        assert set(first.made) == set(first.models) == {"acme/a", "acme/b"}
        assert first.made["acme/a"] == frozenset(
            path for path in first.contents if "/a." in path or "_a." in path
        )
        assert first.expected.keys() == first.contents.keys()
        assert first.expected == {p: digest(c) for p, c in first.contents.items()}
        store("acme/a.json", model_id="acme/a", description="Other.")
        second = self.planned()
        assert set(second.made) == {"acme/a"}
        assert second.expected.keys() == first.expected.keys()
        assert second.removed == frozenset()
        assert [(c.model_id, c.verdict, c.what) for c in second.changes] == [
            ("acme/a", "harmless", "description changed")
        ]
        gone.unlink()
        third = self.planned()
        assert (set(third.made), third.removed) == (set(), {"acme/b"})
        assert third.models == {"acme/a"}
        fourth = self.planned()
        assert list(fourth.contents) == [MANIFEST]
        assert fourth.expected == third.expected
        assert (fourth.models, fourth.removed) == ({"acme/a"}, frozenset())

    def test_a_file_that_is_gone_is_made_again(self, store: Store) -> None:
        store("acme/a.json", model_id="acme/a")
        store("acme/b.json", model_id="acme/b")
        self.planned()
        Path("out/runcomfy_models/acme/a.py").unlink()
        assert set(self.planned().made) == {"acme/a"}

    def test_what_was_edited_is_made_again_by_force(self, store: Store) -> None:
        store("acme/a.json", model_id="acme/a")
        self.planned()
        put("out/runcomfy_models/acme/a.py", "mine")
        assert self.planned().made == {}
        assert set(self.planned(force=True).made) == {"acme/a"}

    def test_an_entry_that_was_edited_is_not_read_back(self, store: Store) -> None:
        store("acme/a.json", model_id="acme/a")
        self.planned()
        put("out/runcomfy_models/_schemas/acme/a.json", "{}")
        assert set(self.planned().made) == {"acme/a"}

    def test_what_is_shared_says_the_same_of_what_was_read_back(
        self, store: Store
    ) -> None:
        about = {
            "kind": "image",
            "categories": ["edit"],
            "base_price_usd": 0.5,
            "price_unit": "image",
            "pricing_note": "each",
            "source_url": "http://a",
            "example": {"prompt": "A dog"},
        }
        store("acme/a.json", model_id="acme/a", **about)
        first = self.planned()
        store("acme/b.json", model_id="acme/b")
        assert set(self.planned().made) == {"acme/b"}
        Path("schemas/acme/b.json").unlink()
        last = self.planned()
        assert last.made == {}
        shared = {path for path in last.contents if path != MANIFEST}
        assert len(shared) > 5
        assert {p: last.contents[p] for p in shared} == {
            path: first.contents[path] for path in shared
        }

    def test_only_some(self, store: Store) -> None:
        store("acme/a.json", model_id="acme/a")
        store("acme/b.json", model_id="acme/b")
        made = self.planned(only=frozenset({"acme/b"}))
        assert set(made.made) == {"acme/b"}
        assert not any("/a." in path for path in made.contents)
        with pytest.raises(UsageError) as raised:
            self.planned(only=frozenset({"acme/gone"}))
        assert str(raised.value) == (
            "acme/gone: there is no such stored model; see `runcomfy-codegen list`"
        )

    def test_the_changes_since_the_last_run(self, run: Run, store: Store) -> None:
        store()
        run("generate")
        schema = {"type": "object", "properties": {}}
        store(input_schema=schema)
        lines = run("generate").stdout.splitlines()
        assert lines[0] == "changed  acme/paint-1.5/edit"
        assert lines[1].startswith("    breaking  ")
        assert "    from runcomfy_models.acme import paint_1_5_edit  # generated/" in (
            "\n".join(lines)
        )


class TestWorkers:
    """One process or several make the same."""

    @pytest.mark.parametrize("jobs", [1, 2, 3])
    @pytest.mark.parametrize("count", [0, 1, 2, 7, 40])
    def test_the_order_is_that_of_the_items(self, jobs: int, count: int) -> None:
        told: list[tuple[str, int, int | None]] = []
        found = parallel_map(
            lambda item: item * 2,
            list(range(count)),
            jobs,
            "doubled",
            lambda *told_now: told.append(told_now),
        )
        assert found == [item * 2 for item in range(count)]
        assert {(doing, total) for doing, _, total in told} <= {("doubled", count)}
        assert all(0 < done <= count for _, done, _ in told)
        if jobs == 1:
            assert [done for _, done, _ in told] == list(range(1, count + 1))

    def test_an_error_is_that_of_one_process(self) -> None:
        with pytest.raises(ZeroDivisionError):
            parallel_map(lambda item: 1 // item, [1, 2, 0, 3], 2)

    def test_few_models_are_made_here(self) -> None:
        assert worthwhile_jobs(0) == worthwhile_jobs(2 * WORTH_A_WORKER - 1) == 1
        cores = len(os.sched_getaffinity(0))
        assert worthwhile_jobs(2 * WORTH_A_WORKER) == min(cores, 2)
        assert worthwhile_jobs(10**9) == cores


def test_the_stamp_looks_at_the_templates_that_are_read() -> None:
    _, schemas, shipped = sources(Path("schemas"), None)
    assert schemas == "schemas"
    assert Path(shipped).resolve() == templates_folder().resolve()
    assert sources(Path("schemas"), Path("own"))[3:] == ["own"]
