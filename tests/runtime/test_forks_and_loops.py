"""A client that outlives a fork or an event loop: each has connections of its own."""

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from runcomfy_models import AsyncRunComfy, ConfigurationError, RunComfy
from tests.support.faces import hurried
from tests.support.scripted_server import Received, Reply, ScriptedServer

CHILDREN = 4
JOBS = 10

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
    # The loop of before was closed with its connections open, as `asyncio.run` does.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Echo(ScriptedServer):
    """Names each job as its prompt, so that a swapped answer shows."""

    def reply_to(self, call: Received) -> Reply:
        if self.endpoint(call) == "submit":
            with self.lock:
                self.received.append(call)
            return Reply(json={"request_id": call.json["name"]})
        return super().reply_to(call)


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """Collect what a closed loop or a parent's client left open: it is no other test's."""
    yield
    gc.collect()


@pytest.fixture
def server() -> Any:
    server = Echo()
    yield server
    server.stop()


def in_child(action: Any) -> int:
    """Fork, act in the child, and return its process id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        action()
        status = 0
    except BaseException as error:
        print(repr(error), file=sys.stderr)
    finally:
        os._exit(status)


def ended_well(children: list[int]) -> bool:
    return all(os.waitpid(child, 0)[1] == 0 for child in children)


def submit_many(client: RunComfy, name: str) -> None:
    for number in range(JOBS):
        wanted = f"{name}-{number}"
        assert client.submit_model("a/b", {"name": wanted}).request_id == wanted


def make(kind: str, server: ScriptedServer, token: str) -> Any:
    options: dict[str, Any] = {"base_url": server.url, "poll_interval": 0.005}
    return hurried((RunComfy if kind == "sync" else AsyncRunComfy)(token, **options))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_forked_children_do_not_share_connections(
    server: ScriptedServer, token: str
) -> None:
    with make("sync", server, token) as client:
        submit_many(client, "parent")
        children = [
            in_child(lambda name=n: submit_many(client, f"child{name}"))
            for n in range(CHILDREN)
        ]
        submit_many(client, "again")
        assert ended_well(children)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_has_a_loop_of_its_own(
    server: ScriptedServer, token: str
) -> None:
    client = make("async", server, token)

    async def submit(name: str) -> None:
        for number in range(JOBS):
            job = await client.submit_model("a/b", {"name": f"{name}-{number}"})
            assert job.request_id == f"{name}-{number}"

    asyncio.run(submit("parent"))
    children = [
        in_child(lambda name=n: asyncio.run(submit(f"child{name}"))) for n in range(2)
    ]
    assert ended_well(children)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_download_in_a_child_has_its_own_connections(
    server: ScriptedServer, token: str, tmp_path: Path
) -> None:
    with make("sync", server, token) as client:
        result = client.run_model("a/b", {"name": "one"})
        client.download(result, tmp_path / "parent")

        def download(name: str) -> None:
            assert client.download(result, tmp_path / name)[0].stat().st_size

        assert ended_well([in_child(lambda n=n: download(f"c{n}")) for n in range(3)])


def test_one_client_under_several_loops(
    server: ScriptedServer, token: str, tmp_path: Path
) -> None:
    client = make("async", server, token)

    async def once(number: int) -> None:
        result = await client.run_model("a/b", {"name": f"loop-{number}"})
        assert result.request_id == f"loop-{number}"
        assert len(await client.download(result, tmp_path)) == 1

    for number in range(4):
        asyncio.run(once(number))
    assert len(server.calls("submit")) == 4


def test_many_at_once_under_two_loops(server: ScriptedServer, token: str) -> None:
    """The gate for calls is each loop's own too."""
    client = make("async", server, token)

    async def many(name: str) -> set[str]:
        calls = [client.submit_model("a/b", {"name": f"{name}{n}"}) for n in range(80)]
        return {job.request_id for job in await asyncio.gather(*calls)}

    for name in ("first", "second"):
        assert len(asyncio.run(many(name))) == 80


def test_the_callers_own_client_is_refused_in_another_loop(
    server: ScriptedServer, token: str
) -> None:
    theirs = httpx2.AsyncClient()
    client = AsyncRunComfy(token, base_url=server.url, http_client=theirs)

    async def once() -> str:
        return (await client.submit_model("a/b", {"name": "x"})).request_id

    assert asyncio.run(once()) == "x"
    with pytest.raises(ConfigurationError, match="another process or event loop"):
        asyncio.run(once())
    assert len(server.calls("submit")) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_the_callers_own_client_is_refused_in_a_child(
    server: ScriptedServer, token: str
) -> None:
    with httpx2.Client() as theirs:
        client = RunComfy(token, base_url=server.url, http_client=theirs)
        submit_many(client, "parent")

        def refused() -> None:
            with pytest.raises(ConfigurationError, match="another process"):
                client.submit_model("a/b", {"name": "x"})

        assert ended_well([in_child(refused)])
    assert len(server.calls("submit")) == JOBS


FILM = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\0" * 64


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_child_does_not_wait_for_its_parents_upload(
    server: ScriptedServer, token: str
) -> None:
    parent, started, go_on = os.getpid(), threading.Event(), threading.Event()

    def upload(file: Any) -> str:
        if os.getpid() == parent:
            started.set()
            go_on.wait(20)
        return "https://x.test/a.png"

    options: dict[str, Any] = {"base_url": server.url, "uploader": upload}
    with RunComfy(token, **options) as client:
        body = {"name": "one", "video": FILM}
        thread = threading.Thread(target=client.submit_model, args=("a/b", body))
        thread.start()
        assert started.wait(10)

        def submit() -> None:
            signal.alarm(10)
            client.submit_model("a/b", {**body, "name": "two"})

        assert ended_well([in_child(submit)])
        go_on.set()
        thread.join()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_run_many_is_not_taken_on_by_a_child(
    server: ScriptedServer, token: str
) -> None:
    with make("sync", server, token) as client:
        many = client.run_many(client.job(f"r{number}") for number in range(4))
        next(many)

        def take() -> None:
            signal.alarm(10)
            with pytest.raises(ConfigurationError, match="before a fork"):
                next(many)

        assert ended_well([in_child(take)])
        assert len(list(many)) == 3
