"""Run a model against the simulator: `python -m runcomfy_models.demo [MODEL_ID]`.

Nothing leaves this machine, and no token is needed.
"""

import argparse
import json
from importlib import import_module
from pathlib import Path
from typing import Any

from . import RunComfy
from ._catalogue import MODELS
from ._models import InputModel, wire_body
from .simulator import Simulator

FIRST_CHOICE = "blackforestlabs/flux-2/pro/edit"


def main() -> None:
    """Submit a model's published example, wait for it, and download what it made."""
    parser = argparse.ArgumentParser(prog="python -m runcomfy_models.demo")
    default = FIRST_CHOICE if FIRST_CHOICE in MODELS else min(MODELS, default="")
    parser.add_argument("model_id", nargs="?", default=default, choices=sorted(MODELS))
    parser.add_argument("--out", type=Path, default=Path("demo-output"))
    arguments = parser.parse_args()
    run(arguments.model_id, arguments.out)


def run(model_id: str, out: Path) -> None:
    """Run one model, and print each step."""
    vendor, name = MODELS[model_id]
    module: Any = import_module(f".{vendor}.{name}", __package__)
    model_input: InputModel[Any] = module.Input(**_example(vendor, name))
    with (
        Simulator() as simulator,
        RunComfy(token=simulator.token, base_url=simulator.url) as client,
    ):
        print(f"simulator  {simulator.url}")
        print(f"input      {json.dumps(wire_body(model_input), ensure_ascii=False)}")
        job = client.submit(model_input)
        print(f"submitted  {job.request_id}")
        result = job.wait(
            timeout=60, on_update=lambda update: print(f"update     {update}")
        )
        print(f"output     {result.output!r}")
        for path in client.download(result, out):
            print(f"downloaded {path}  ({path.stat().st_size} bytes)")
        print(f"over HTTP  {len(simulator.requests)} requests")
    print()
    print(f"module     {Path(str(module.__file__))}")


def _example(vendor: str, name: str) -> dict[str, Any]:
    """Return the example with which the model's own test runs."""
    file = Path(__file__).parent / "_schemas" / vendor / f"{name}.json"
    entry: dict[str, Any] = json.loads(file.read_text("utf-8"))
    example: dict[str, Any] = entry["example"]
    return example


if __name__ == "__main__":
    main()
