"""Importing costs nothing before something is used, and editors see all of it."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

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


# One module object a module: what is patched is patched for all, and restored.


def test_a_patched_model_is_patched_everywhere_and_restored() -> None:
    from unittest import mock

    path = "runcomfy_models.blackforestlabs.flux_2_flash_edit"
    for forget in (True, False):
        if forget:
            forget_module(path)
        with mock.patch(f"{path}.Input") as patched:
            from runcomfy_models.blackforestlabs import flux_2_flash_edit

            assert flux_2_flash_edit.Input is patched
            assert importlib.import_module(path).Input is patched
            assert runcomfy_models.blackforestlabs.flux_2_flash_edit.Input is patched
        assert flux_2_flash_edit.Input is not patched
        assert flux_2_flash_edit.Input.model_id == "blackforestlabs/flux-2/flash/edit"


def test_a_patch_through_the_lazy_module_is_seen_by_the_others() -> None:
    path = "runcomfy_models.blackforestlabs.flux_2_flash_edit"
    forget_module(path)
    from runcomfy_models.blackforestlabs import flux_2_flash_edit

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flux_2_flash_edit, "Input", 1)
        assert sys.modules[path].Input == 1
        patch.setattr(f"{path}.Output", 2)
        assert flux_2_flash_edit.Output == 2  # type: ignore[comparison-overlap]
    assert flux_2_flash_edit.Input.output_type is flux_2_flash_edit.Output


def forget_module(path: str) -> None:
    """Let a model's module be one that nothing has imported yet."""
    package, _, name = path.rpartition(".")
    sys.modules.pop(path, None)
    vars(importlib.import_module(package)).pop(name, None)


def test_each_way_to_a_module_gives_the_same_object() -> None:
    printed = printed_by(
        "import sys, importlib\n"
        "from runcomfy_models.blackforestlabs import flux_2_pro_edit as first\n"
        "import runcomfy_models.blackforestlabs.flux_2_pro_edit as second\n"
        "name = 'runcomfy_models.blackforestlabs.flux_2_pro_edit'\n"
        "print('pydantic' in sys.modules, type(first).__name__)\n"
        "same = first is second is sys.modules[name] is importlib.import_module(name)\n"
        "print(same, first.Input.__module__, type(first).__name__)\n"
    )
    assert printed == [
        "False LazyModule",
        "True runcomfy_models.blackforestlabs.flux_2_pro_edit module",
    ]


def test_many_threads_get_one_class_of_a_module_that_nobody_has_used() -> None:
    printed = printed_by(
        "import threading\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "barrier = threading.Barrier(16)\n"
        "def use(_):\n"
        "    from runcomfy_models.blackforestlabs import flux_2_pro_edit\n"
        "    barrier.wait()\n"
        "    made = flux_2_pro_edit.Input(prompt='', image_urls=['https://x.test/a'])\n"
        "    return type(made)\n"
        "with ThreadPoolExecutor(16) as pool:\n"
        "    print(len(set(pool.map(use, range(16)))))\n"
    )
    assert printed == ["1"]


def printed_by(code: str) -> list[str]:
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


# A misspelt name is seen: by editors, and at run time with the nearest.


@pytest.mark.parametrize(
    ("package", "name", "nearest"),
    [
        ("runcomfy_models", "RateLimitErorr", "RateLimitError"),
        ("runcomfy_models", "AsyncRunComfi", "AsyncRunComfy"),
        ("runcomfy_models", "blackforestlab", "blackforestlabs"),
        ("runcomfy_models.blackforestlabs", "flux_2_pro_edits", "flux_2_pro_edit"),
        ("runcomfy_models.blackforestlabs", "flux2_flex_edit", "flux_2_flex_edit"),
    ],
)
def test_a_misspelt_import_names_the_nearest(
    package: str, name: str, nearest: str
) -> None:
    with pytest.raises(ImportError, match=f"did you mean '{nearest}'"):
        exec(f"from {package} import {name}", {})
    module = importlib.import_module(package)
    with pytest.raises(AttributeError, match=f"did you mean '{nearest}'"):
        getattr(module, name)
    assert not hasattr(module, name)


def test_a_name_that_is_like_none_is_refused_plainly() -> None:
    with pytest.raises(ImportError, match="cannot import name 'zzz'"):
        exec("from runcomfy_models import zzz", {})
    from runcomfy_models import pytest_plugin  # its own modules are found as ever

    assert pytest_plugin.__name__ == "runcomfy_models.pytest_plugin"


@pytest.mark.lint
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_checkers_see_misspelt_names(checker: str, tmp_path: Path) -> None:
    file = tmp_path / "misspelt.py"
    file.write_text(
        "from runcomfy_models import RateLimitErorr\n"
        "from runcomfy_models.blackforestlabs import flux_2_pro_edti\n"
        "import runcomfy_models.blackforestlabs as b\n"
        "b.flux_2_pro_edit.Input.unchecked().promt = 1\n"
        "b.flux_2_flexedit\n"
        "from runcomfy_models import RateLimitError, find\n"
    )
    command = {
        "mypy": ["mypy", "--strict", "--cache-dir", str(tmp_path), str(file)],
        "pyright": ["pyright", "--pythonpath", sys.executable, str(file)],
    }
    program, *options = command[checker]
    program = str(Path(sys.executable).with_name(program))
    done = subprocess.run([program, *options], capture_output=True, text=True)
    lines = [int(found) for found in re.findall(r":(\d+):.*error", done.stdout)]
    assert sorted({*lines}) == [1, 2, 4, 5], done.stdout
