"""What the service does with each request: state in memory, no I/O."""

import hmac
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Literal
from uuid import UUID

from ..http.messages import APIError, Reply, Request, json_reply, parse_json
from ..http.routing import Endpoint, Route
from .catalogue import Catalogue
from .jobs import Ending, Job, Pace
from .media import CONTENT_TYPES, EXTENSIONS, Medium, media_bytes
from .outputs import make_output
from .validation import BodyJudge
from .wallet import Wallet

AuthStatus = Literal[400, 401]


class Service:
    """The jobs and the catalogue behind the endpoints. Not thread-safe by itself."""

    def __init__(
        self,
        catalogue: Catalogue,
        wallet: Wallet,
        *,
        token: str,
        pace: Pace,
        seed: int,
        auth_status: AuthStatus,
    ) -> None:
        self.jobs: dict[str, Job] = {}
        self._catalogue = catalogue
        self._wallet = wallet
        self._judge = BodyJudge()
        self._token = token
        self._pace = pace
        self._seed = seed
        self._auth_status = auth_status
        self._same: Counter[bytes] = Counter()
        self._endpoints: dict[
            Endpoint, Callable[[Route, Request, str, float], Reply]
        ] = {
            "submit": self._submit,
            "status": self._status,
            "result": self._result,
            "cancel": self._cancel,
            "catalogue": self._list,
            "media": self._media,
            "balance": self._balance,
        }

    def answer(
        self,
        where: Route,
        request: Request,
        origin: str,
        now: float,
        ending: Ending | None = None,
    ) -> Reply:
        """Act on one request; raise `APIError` where the service refuses it.

        `origin` starts the URLs that are handed out. `ending` makes the request's job
        end so: at once, or in due course where the request is a submit.
        """
        if where.endpoint == "media":
            _refuse_token(request)
        else:
            self._authenticate(request)
        if ending is not None and where.subject in self.jobs:
            self.jobs[where.subject].strike(ending, now)
        reply = self._endpoints[where.endpoint](where, request, origin, now)
        if ending is not None and where.endpoint == "submit":
            next(reversed(self.jobs.values())).ending = ending
        return reply

    def _authenticate(self, request: Request) -> None:
        sent = request.headers.get("authorization", "").encode("latin-1")
        if hmac.compare_digest(sent, f"Bearer {self._token}".encode()):
            return
        code = 400004 if self._auth_status == 400 else 401001
        raise APIError(self._auth_status, code, "The token is missing or not valid.")

    def _submit(self, where: Route, request: Request, origin: str, now: float) -> Reply:
        entry = self._catalogue.entry(where.subject)
        try:
            body = parse_json(request.raw)
        except ValueError as error:
            detail = [{"loc": ["body"], "msg": f"The body is not JSON: {error}"}]
            raise APIError(422, 422001, "Invalid input: not JSON.", detail) from error
        self._judge.check(where.subject, entry.get("input_schema"), body)
        job = Job(self._new_id(where, request), where.subject, body, now, self._pace)
        self._wallet.charge(job, entry)
        self.jobs[job.request_id] = job
        urls = _job_urls(job, origin)
        urls["cancel_url"] = f"{origin}/v1/requests/{job.request_id}/cancel"
        return json_reply({"request_id": job.request_id, **urls})

    def _status(self, where: Route, _: Request, origin: str, now: float) -> Reply:
        job = self._polled(where, now)
        return json_reply(_state(job, origin, now))

    def _result(self, where: Route, request: Request, origin: str, now: float) -> Reply:
        job = self._polled(where, now)
        if job.state_at(now) not in ("completed", "cancelled"):
            return json_reply(_state(job, origin, now))
        succeeded = job.ending.outcome == "succeeded"
        body = {
            "request_id": job.request_id,
            "status": job.ending.outcome,
            "model_id": job.model_id,
            "input": job.input,
            "output": self._output(job, origin) if succeeded else None,
            "created_at": _timestamp(job.created),
            "finished_at": _timestamp(job.finished or now),
            "error": job.ending.error,
        }
        if request.query.get("include_cost", "").lower() in ("true", "1"):
            body["cost"] = float(job.cost)
        return json_reply(body)

    def _cancel(self, where: Route, _: Request, origin: str, now: float) -> Reply:
        job = self._job(where.subject, now)
        outcome = "cancelled" if job.cancel(now) else "not_cancellable"
        self._wallet.settle(job)
        return json_reply(
            {
                "request_id": job.request_id,
                "status": job.state_at(now),
                "outcome": outcome,
            }
        )

    def _list(self, where: Route, request: Request, _: str, now: float) -> Reply:
        if where.subject == "categories":
            return json_reply({"categories": self._catalogue.categories()})
        if where.subject:
            return json_reply(self._catalogue.entry(where.subject))
        return json_reply(self._catalogue.page(request.query))

    def _media(self, where: Route, _: Request, origin: str, now: float) -> Reply:
        job = self._job(where.subject, now)
        if job.ending.outcome != "succeeded" or job.state_at(now) != "completed":
            raise APIError(404, 404001, "There is no such file.")
        body = media_bytes(where.extension, f"{job.request_id}/{where.index}")
        return Reply(200, body, CONTENT_TYPES[where.extension])

    def _balance(self, where: Route, _: Request, origin: str, now: float) -> Reply:
        return json_reply(self._wallet.as_json())

    def _polled(self, where: Route, now: float) -> Job:
        job = self._job(where.subject, now)
        job.poll(now)
        self._wallet.settle(job)
        # Its last poll may be what ends, and so expires, it.
        return self._job(where.subject, now)

    def _job(self, request_id: str, now: float) -> Job:
        job = self.jobs.get(request_id)
        if job is None or job.expired(now):
            raise APIError(404, 404001, "There is no such request, or it has expired.")
        return job

    def _new_id(self, where: Route, request: Request) -> str:
        """Return an id that the seed, the body and its repetition decide."""
        digest = blake2b(f"{self._seed} {where.subject} ".encode(), digest_size=16)
        digest.update(request.raw)
        same = digest.digest()
        self._same[same] += 1
        digest.update(b" %d" % self._same[same])
        return str(UUID(bytes=digest.digest(), version=4))

    def _output(self, job: Job, origin: str) -> Any:
        made = 0

        def media_url(medium: Medium) -> str:
            nonlocal made
            made += 1
            file = f"{made - 1}.{EXTENSIONS[medium]}"
            return f"{origin}/media/{job.request_id}/{file}"

        return make_output(self._catalogue.entry(job.model_id), job.input, media_url)


def _refuse_token(request: Request) -> None:
    """Refuse a download that carries a token, as signed storage URLs do."""
    if "authorization" in request.headers:
        raise APIError(400, 400000, "A download must not carry the API token.")


def _state(job: Job, origin: str, now: float) -> dict[str, Any]:
    state = job.state_at(now)
    body: dict[str, Any] = {"request_id": job.request_id, "status": state}
    if state == "in_queue":
        body["queue_position"] = job.queue_position(now)
    return {**body, **_job_urls(job, origin)}


def _job_urls(job: Job, origin: str) -> dict[str, str]:
    base = f"{origin}/v1/requests/{job.request_id}"
    return {"status_url": f"{base}/status", "result_url": f"{base}/result"}


def _timestamp(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
