"""Importing costs nothing before something is used, and editors see all of it."""

import subprocess
import sys

import pytest

import runcomfy_models
from runcomfy_models import errors


def loaded_after(code: str) -> set[str]:
    script = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*set(sys.modules) - before)"
    command = [
        sys.executable,
        "-S",
        "-c",
        f"import sys; sys.path[:] = {sys.path!r}\n{script}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing() -> None:
    loaded = loaded_after("import runcomfy_models")
    assert loaded == {"runcomfy_models"}


def test_naming_the_client_imports_no_heavy_library() -> None:
    loaded = loaded_after("from runcomfy_models import RunComfy, AsyncRunComfy, Job")
    heavy = {
        "pydantic",
        "httpx2",
        "asyncio",
        "logging",
        "json",
        "ssl",
        "email",
        "random",
    }
    assert not heavy & loaded
    assert len(loaded) < 60


def test_a_client_needs_no_pydantic_before_a_model_does() -> None:
    loaded = loaded_after(
        "from runcomfy_models import RunComfy\nRunComfy('t', base_url='http://x.test')"
    )
    assert "httpx2" in loaded
    assert "pydantic" not in loaded


def test_everything_promised_is_there() -> None:
    assert {*runcomfy_models.__all__} >= {*errors.__all__}
    assert {*dir(runcomfy_models)} >= {*runcomfy_models.__all__}
    for name in set(runcomfy_models.__all__) - {"__version__"}:
        assert getattr(runcomfy_models, name).__doc__
    with pytest.raises(AttributeError, match="nonsense"):
        runcomfy_models.nonsense  # noqa: B018


def test_models_lists_what_there_is() -> None:
    models = runcomfy_models.models()
    assert "blackforestlabs/flux-2/pro/edit" in models
    assert models == sorted(models)


def test_both_clients_and_both_jobs_have_the_same_methods() -> None:
    import inspect

    for sync, other in (
        (runcomfy_models.RunComfy, runcomfy_models.AsyncRunComfy),
        (runcomfy_models.Job, runcomfy_models.AsyncJob),
    ):
        names = {name for name in vars(sync) if not name.startswith("_")}
        assert names == {name for name in vars(other) if not name.startswith("_")}
        for name in names:
            ours, theirs = (inspect.signature(getattr(k, name)) for k in (sync, other))
            assert list(ours.parameters) == list(theirs.parameters)
            for mine, yours in zip(
                ours.parameters.values(), theirs.parameters.values(), strict=True
            ):
                assert (mine.default, mine.kind) == (yours.default, yours.kind)
