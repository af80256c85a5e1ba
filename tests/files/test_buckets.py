"""Uploads to buckets: named by content, once, and readable where they are said to be."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import fsspec
import pytest
from moto.server import ThreadedMotoServer

from runcomfy_models import ConfigurationError, RunComfy, UploadError
from runcomfy_models.blackforestlabs import flux_2_pro_edit
from runcomfy_models.integrations.bucket import to_bucket
from runcomfy_models.simulator import Simulator

KEYS = {"key": "key", "secret": "secret"}


def urls_sent(simulator: Simulator, photo: Path, uploader: Any) -> list[str]:
    """Return the URLs that two inputs of one picture, by path and as bytes, are sent by."""
    with RunComfy(uploader=uploader) as client:
        for source in (photo, photo.read_bytes()):
            client.submit(flux_2_pro_edit.Input(prompt="x", image_urls=[source]))
    posts = [r.body for r in simulator.requests if r.method == "POST"]
    return [body["image_urls"][0] for body in posts]


@pytest.fixture
def s3() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def test_a_folder(runcomfy_simulator: Simulator, photo: Path, tmp_path: Path) -> None:
    upload = to_bucket(
        f"file://{tmp_path}/new/folder", public_url="https://cdn.test/in/"
    )
    first, second = urls_sent(runcomfy_simulator, photo, upload)
    [file] = (tmp_path / "new" / "folder").iterdir()
    assert first == second == f"https://cdn.test/in/{file.name}"
    assert file.read_bytes() == photo.read_bytes()
    assert file.suffix == ".png"


def test_a_bucket_in_memory_and_a_file_that_was_cut_off(
    runcomfy_simulator: Simulator, photo: Path
) -> None:
    upload = to_bucket("memory://bucket-of-the-test", public_url="http://cdn.test")
    [url, _] = urls_sent(runcomfy_simulator, photo, upload)
    files = fsspec.filesystem("memory")
    path = f"/bucket-of-the-test/{url.rpartition('/')[2]}"
    assert files.cat(path) == photo.read_bytes()
    files.pipe(path, b"half")
    urls_sent(
        runcomfy_simulator,
        photo,
        to_bucket("memory://bucket-of-the-test", public_url="http://cdn.test"),
    )
    assert files.cat(path) == photo.read_bytes()


def test_an_s3_server(runcomfy_simulator: Simulator, photo: Path, s3: str) -> None:
    boto = boto3.client(
        "s3",
        endpoint_url=s3,
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    )
    boto.create_bucket(Bucket="inputs")
    upload = to_bucket(
        "s3://inputs/pictures",
        public_url=f"{s3}/inputs/pictures",
        endpoint_url=s3,
        **KEYS,
    )
    first, second = urls_sent(runcomfy_simulator, photo, upload)
    assert first == second
    key = f"pictures/{first.rpartition('/')[2]}"
    stored = boto.get_object(Bucket="inputs", Key=key)
    assert stored["Body"].read() == photo.read_bytes()
    assert stored["ContentType"] == "image/png"


def test_a_bucket_that_is_not_there_is_one_error_before_the_submit(
    runcomfy_simulator: Simulator, photo: Path, s3: str
) -> None:
    upload = to_bucket(
        "s3://no-such-bucket-of-ours", public_url=s3, endpoint_url=f"{s3}0", **KEYS
    )
    with (
        RunComfy(uploader=upload) as client,
        pytest.raises(UploadError, match=r"Foto"),
    ):
        client.submit(flux_2_pro_edit.Input(prompt="x", image_urls=[photo]))
    assert [r for r in runcomfy_simulator.requests if r.method == "POST"] == []


def test_what_is_not_a_bucket_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError, match="public_url"):
        to_bucket("memory://x", public_url="s3://x")
    with pytest.raises(ConfigurationError, match="nonsense"):
        to_bucket("nonsense://x", public_url="https://cdn.test")
