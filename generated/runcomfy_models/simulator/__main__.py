"""The simulator's command line: `python -m runcomfy_models.simulator`."""

import argparse
import json
import logging
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from .faults.names import FAULT_HELP, parse_rule, parse_script
from .server import Simulator
from .service.validation import MissingDependencyError

ParsedT = TypeVar("ParsedT")

_EPILOG = f"""\
faults, each with its argument:
{FAULT_HELP}

examples:
  --fault drop-after=0.05               one answer in twenty is lost
  --fault submit/status:503=0.1         one submit in ten is refused
  --script status=ok,ok,status:500,drop each job's third and fourth status call
"""


PROGRAM = "python -m runcomfy_models.simulator"


def main(arguments: Sequence[str] | None = None, program: str = PROGRAM) -> int:
    """Serve until interrupted; return the exit code."""
    parser = _parser(program)
    options = parser.parse_args(arguments)
    if options.verbose:
        logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        simulator = _simulator(options)
        simulator.start()
    except (MissingDependencyError, OSError, ValueError) as error:
        print(f"{parser.prog}: {_reason(error, options)}", file=sys.stderr)
        return 1
    try:
        _serve(simulator)
    finally:
        simulator.close()
    return 0


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description="A local stand-in for the service, over real HTTP.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="default: %(default)s, this machine only")
    add("--port", type=_port, default=8787, help="0: any free one; default: 8787")
    add("--token", default="simulator-token", help="the token that is accepted")
    add(
        "--auth-status",
        type=int,
        choices=(400, 401),
        default=400,
        help="how a wrong token is refused; default: %(default)s",
    )
    add("--queued", type=float, default=2, help="how long a job queues; default: 2")
    add("--running", type=float, default=1, help="how long a job runs; default: 1")
    add(
        "--unit",
        choices=("calls", "seconds"),
        default="calls",
        help="of --queued and --running: status or result calls (default), or seconds",
    )
    add("--seed", type=int, default=0, help="decides the faults by chance, and all ids")
    add(
        "--fault",
        action="append",
        default=[],
        type=_checked(parse_rule),
        metavar="[ENDPOINT/]FAULT[=PROBABILITY]",
        help="repeatable; endpoints: submit status result cancel catalogue media balance",
    )
    add(
        "--script",
        action="append",
        default=[],
        type=_checked(parse_script),
        metavar="ENDPOINT=FAULT,FAULT,…",
        help="repeatable; what happens to each job's first calls",
    )
    add(
        "--balance",
        default="1000000",
        help="US dollars to pay from; default: %(default)s",
    )
    add(
        "--catalogue",
        type=Path,
        metavar="FILE",
        help="serve these entries (JSON, a list or the service's answer) instead",
    )
    add("--verbose", action="store_true", help="print a line for each request")
    return parser


def _simulator(options: argparse.Namespace) -> Simulator:
    simulator = Simulator(
        seed=options.seed,
        token=options.token,
        queued=options.queued,
        running=options.running,
        unit=options.unit,
        auth_status=options.auth_status,
        entries=_entries(options.catalogue) if options.catalogue else None,
        faults=options.fault,
        balance=options.balance,
        host=options.host,
        port=options.port,
        remember=0,
    )
    for endpoint, steps in options.script:
        simulator.script(endpoint, steps, each_job=True)
    return simulator


def _serve(simulator: Simulator) -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    print(
        f"Simulating {simulator.model_count} models at {simulator.url}"
        f" (seed {simulator.seed}; Ctrl-C stops)",
        f"export RUNCOMFY_BASE_URL={simulator.url}",
        f"export RUNCOMFY_API_TOKEN={shlex.quote(simulator.token)}",
        sep="\n",
        flush=True,
    )
    # In short waits: an endless one cannot be interrupted on Windows.
    while not stopped.wait(0.5):
        pass


def _entries(path: Path) -> list[Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if isinstance(found, dict):
        found = found.get("models", [found])
    if isinstance(found, list):
        return found
    raise ValueError(f"{path}: neither a list of entries nor the service's answer")


def _reason(error: Exception, options: argparse.Namespace) -> str:
    if isinstance(error, OSError) and error.filename is None:
        return f"cannot listen on {options.host}:{options.port}: {error.strerror}"
    return str(error)


def _port(text: str) -> int:
    if text.isdigit() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError("a port is 0 to 65535")


def _checked(parse: Callable[[str], ParsedT]) -> Callable[[str], ParsedT]:
    """Let argparse show what is wrong with a fault, not just that something is."""

    def convert(text: str) -> ParsedT:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return convert


if __name__ == "__main__":
    sys.exit(main())
