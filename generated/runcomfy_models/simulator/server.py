"""The simulator itself: a thread with an event loop, and a window into what it saw."""

import asyncio
import contextlib
import logging
import re
import socket
import threading
import time
from collections import deque
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Self

from .faults.faults import OK, Fault
from .faults.names import parse_endpoint, parse_fault, parse_rule
from .faults.plan import FaultPlan, FaultRule
from .http.connection import HEAD_LIMIT, serve_connection
from .http.messages import APIError, Reply, Request, error_reply
from .http.routing import Endpoint, Route, route
from .service.catalogue import Catalogue
from .service.jobs import Job, Pace, Unit
from .service.service import AuthStatus, Service
from .service.validation import require_jsonschema
from .service.wallet import FULL, Wallet, dollars

# Apart from the client's logger: whoever listens to that wants the client alone.
_log = logging.getLogger("runcomfy_simulator")

_HOST = re.compile(r"[A-Za-z0-9_.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Received(Request):
    """A request as received, which endpoint it met, and which fault met it.

    `endpoint` is None for a path or a method that the service does not have.
    """

    endpoint: Endpoint | None = None
    subject: str = ""
    """The model_id or the request_id that it was about, or ""."""
    fault: str = "ok"


class Simulator:
    """A local stand-in for the service, over real HTTP, on a thread of its own.

    `queued` and `running` say how long a job takes, in status or result calls or in
    seconds. `auth_status` is how a wrong token is refused. `entries` replace the
    package's models, and are served exactly as given. `faults` strike by chance;
    `scripts` lead every job's first calls through steps; see `script` for one job's.
    Both take `Fault` objects or their names ("drop-after=0.05", "status:500"). Each
    job is paid from `balance`, in US dollars; a submit that it does not cover is
    refused with 402. The last requests, `remember` of them, are kept for `requests`.

    Raises `MissingDependencyError` (an ImportError) without jsonschema; entering it
    raises OSError if the port is taken.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        token: str = "simulator-token",
        queued: float = 2,
        running: float = 1,
        unit: Unit = "calls",
        auth_status: AuthStatus = 400,
        entries: Iterable[Any] | None = None,
        faults: Iterable[str | Fault | FaultRule] = (),
        scripts: Mapping[str, Iterable[str | Fault]] | None = None,
        balance: Decimal | float | str = FULL,
        host: str = "127.0.0.1",
        port: int = 0,
        remember: int = 100_000,
    ) -> None:
        require_jsonschema()
        self.seed = seed
        self.token = token
        self.url = ""
        """The base URL, without a trailing slash; "" until it is started."""
        self._address = (host, port)
        self._lock = threading.Lock()
        self._received: deque[Received] = deque(maxlen=remember)
        self._catalogue = Catalogue(entries)
        self._wallet = Wallet(balance)
        self._service = Service(
            self._catalogue,
            self._wallet,
            token=token,
            pace=Pace(queued, running, unit),
            seed=seed,
            auth_status=auth_status,
        )
        self._plan = FaultPlan(seed, map(_rule, faults))
        for endpoint, steps in (scripts or {}).items():
            self._plan.script_each(parse_endpoint(endpoint), _faults(steps))
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def __repr__(self) -> str:
        return f"<Simulator {self.url or 'not started'}, seed {self.seed}>"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def requests(self) -> list[Received]:
        """Every request received so far, oldest first, faulty ones included."""
        with self._lock:
            return list(self._received)

    @property
    def jobs(self) -> dict[str, Job]:
        """A copy of every job taken so far by request_id, oldest first."""
        with self._lock:
            return {name: copy(job) for name, job in self._service.jobs.items()}

    @property
    def model_count(self) -> int:
        """How many catalogue entries are served."""
        return len(self._catalogue)

    @property
    def balance(self) -> Decimal:
        """What is left on the account, in US dollars."""
        with self._lock:
            return self._wallet.balance

    @balance.setter
    def balance(self, balance: Decimal | float | str) -> None:
        with self._lock:
            self._wallet.balance = dollars(balance)

    def set_price(
        self, model_id: str, usd: Any, unit: Any = "output", note: str | None = None
    ) -> None:
        """Let a model cost so much from now on, for an `output` or a `second`.

        Served as given, also what is not a price: None, a text, less than nothing.
        """
        price = {"base_price_usd": usd, "price_unit": unit, "pricing_note": note}
        if isinstance(usd, Decimal):
            price["base_price_usd"] = float(usd)
        with self._lock:
            self._catalogue.set_price(model_id, price)

    def script(
        self,
        endpoint: Endpoint,
        steps: Iterable[str | Fault],
        *,
        request_id: str | None = None,
        each_job: bool = False,
    ) -> None:
        """Decide what happens to the endpoint's next calls, one step a call.

        The calls of all jobs share the steps, unless they are for one `request_id`,
        or `each_job` leads every job's first calls through a copy of its own. Later
        calls behave, but for `faults` by chance.
        """
        checked, faults = parse_endpoint(endpoint), _faults(steps)
        with self._lock:
            if each_job:
                self._plan.script_each(checked, faults)
            else:
                self._plan.script(checked, faults, request_id)

    def start(self) -> None:
        """Listen, and serve from a daemon thread; raise OSError if it cannot."""
        if self._thread:
            raise RuntimeError("a simulator starts once")
        host, port = self._address
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
        shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        shown = f"[{shown}]" if ":" in shown else shown
        self.url = f"http://{shown}:{listener.getsockname()[1]}"
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener, ready)),
            name="runcomfy-simulator",
            daemon=True,
        )
        self._thread.start()
        ready.wait()

    def close(self) -> None:
        """Drop all connections and stop; harmless when repeated."""
        if self._loop and self._stopping and self._thread and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # its loop closed in between
                self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    async def _serve(self, listener: socket.socket, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        tasks: set[asyncio.Task[None]] = set()

        async def connected(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await serve_connection(reader, writer, self._answer)
            except asyncio.CancelledError:
                writer.transport.abort()
            finally:
                tasks.discard(task)

        server = await asyncio.start_server(
            connected, sock=listener, limit=HEAD_LIMIT, backlog=1024
        )
        ready.set()
        await self._stopping.wait()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)

    def _answer(self, request: Request) -> tuple[Reply, Fault]:
        """Record a request, draw its fault, and act on it unless the fault forbids."""
        with self._lock:
            try:
                where = route(request.method, request.path)
            except APIError as error:
                self._record(request, None, OK)
                return error.reply(), OK
            fault = self._plan.draw(where.endpoint, *_identity(where, request))
            self._record(request, where, fault)
            reply = self._act(where, request, fault) if fault.taken else Reply()
            return fault.rewrite(reply), fault

    def _act(self, where: Route, request: Request, fault: Fault) -> Reply:
        host = request.headers.get("host", "")
        origin = f"http://{host}" if _HOST.fullmatch(host) else self.url
        try:
            return self._service.answer(
                where, request, origin, time.time(), fault.ending
            )
        except APIError as error:
            return error.reply()
        except Exception:
            _log.exception("%s %s", request.method, request.target)
            return error_reply(500, 500001, "The simulator itself failed; see its log.")

    def _record(self, request: Request, where: Route | None, fault: Fault) -> None:
        _log.info("%s %s: %s", request.method, request.target, fault.name)
        self._received.append(
            Received(
                request.method,
                request.target,
                request.headers,
                request.raw,
                where.endpoint if where else None,
                where.subject if where else "",
                fault.name,
            )
        )


def _rule(rule: str | Fault | FaultRule) -> FaultRule:
    if isinstance(rule, str):
        return parse_rule(rule)
    return FaultRule(rule) if isinstance(rule, Fault) else rule


def _faults(steps: Iterable[str | Fault]) -> list[Fault]:
    return [parse_fault(step) if isinstance(step, str) else step for step in steps]


def _identity(where: Route, request: Request) -> tuple[str, str]:
    """Return what makes a request the same one when repeated, and its request_id."""
    if where.endpoint == "submit":
        return f"{where.subject} {blake2b(request.raw).hexdigest()}", ""
    if where.endpoint == "catalogue":
        return request.target, ""
    if where.endpoint == "media":
        return request.path, where.subject
    return where.subject, where.subject
