"""A client of the run history: requests a run, follows it, and reads what it published."""

from __future__ import annotations

import datetime
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

#: States after which nothing more happens to a run.
OVER = frozenset({"succeeded", "failed", "refused", "interrupted", "skipped"})

#: Seconds between two looks at a run that is in progress.
POLL = 5.0


class ServerError(Exception):
    """The server cannot be reached, or refused a request; the message says what to do."""


class RunFailed(Exception):
    """The run ended without a snapshot. `run` has its steps and the reason."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"run {run.id} as of {run.as_of} {run.state}: {run.error or 'no reason was recorded'}")
        self.run = run


class RunRefused(RunFailed):
    """The checks refused to publish: the data is at fault, so another attempt on the same data ends the same way."""


@dataclass(frozen=True)
class Run:
    """A run, as `/api/v1/runs/{id}` describes it."""

    id: int
    state: str
    as_of: datetime.date
    snapshot_id: str | None
    error: str | None
    errors: int
    warnings: int
    steps: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, found: dict[str, Any]) -> Run:
        """Reads a run from the server's JSON."""
        return cls(
            id=found["id"],
            state=found["state"],
            as_of=datetime.date.fromisoformat(found["as_of"]),
            snapshot_id=found.get("snapshot_id"),
            error=found.get("error"),
            errors=found.get("errors", 0),
            warnings=found.get("warnings", 0),
            steps=found.get("steps", []),
        )

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in OVER

    @property
    def rows(self) -> int | None:
        """Rows of all marts it published, once it has."""
        return next((step.get("rows") for step in self.steps if step["name"] == "publish"), None)

    def outputs(self) -> dict[str, Any]:
        """What later tasks may want to know: snapshot, day, rows, and how many checks failed."""
        return {
            "run_id": self.id,
            "snapshot_id": self.snapshot_id,
            "as_of": self.as_of.isoformat(),
            "rows": self.rows,
            "errors": self.errors,
            "warnings": self.warnings,
        }

    def check(self) -> Run:
        """Returns the run if it succeeded.

        Raises `RunRefused` where the checks refused to publish, `RunFailed` for any other end.
        """
        if self.state == "succeeded":
            return self
        raise RunRefused(self) if self.state == "refused" else RunFailed(self)


class Tidemark:
    """A Tidemark server.

    `url` is where people open the dashboard; `token` is the server's `TIDEMARK_RUN_TOKEN`, needed unless the server
    listens on this machine alone. `timeout` is in seconds, for each request.
    """

    def __init__(self, url: str, token: str | None = None, timeout: float = 30.0) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"the address of the server must begin with http:// or https://, not {url!r}")
        self.url = url.rstrip("/")
        self._token = token
        self._timeout = timeout

    def request_run(self, as_of: datetime.date | None = None, sync: bool = True) -> Run:
        """Requests a run of a day, by default the last complete one, and returns it.

        Returns the run in progress instead if it is of the same day: a task that is tried again follows the run that it
        started before. Raises `ServerError` if a run of another day is in progress.
        """
        body: dict[str, Any] = {"sync": sync}
        if as_of is not None:
            body["as_of"] = as_of.isoformat()
        status, found, location = self._send("POST", "/api/v1/runs", body)
        if status == 202:
            return Run.read(found)
        if status == 409 and location:
            running = self.run(int(location.rsplit("/", 1)[-1]))
            if as_of is None or running.as_of == as_of:
                return running
        raise ServerError(_detail(status, found))

    def run(self, run_id: int) -> Run:
        """Returns a run by its id."""
        return Run.read(self._get(f"/api/v1/runs/{run_id}"))

    def runs(self) -> list[Run]:
        """Returns the latest runs, newest first."""
        return [Run.read(found) for found in self._get("/api/v1/runs")]

    def wait(
        self,
        run_id: int,
        poll: float = POLL,
        timeout: float | None = None,
        seen: Callable[[Run], None] = lambda run: None,
    ) -> Run:
        """Follows a run to its end and returns it, whatever the end is; `seen` gets each state on the way.

        Raises `TimeoutError` after `timeout` seconds. The run itself goes on: it cannot be cancelled from outside.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            run = self.run(run_id)
            seen(run)
            if run.is_over:
                return run
            if end is not None and time.monotonic() + poll > end:
                raise TimeoutError(f"run {run_id} was still {run.state} after {timeout:.0f} seconds; it goes on")
            time.sleep(poll)

    def manifest(self) -> dict[str, Any]:
        """Returns the manifest of the snapshot that is served."""
        return self._get("/api/v1/manifest")

    def checks(self) -> list[dict[str, Any]]:
        """Returns the results of the checks behind the snapshot that is served."""
        return self._get("/api/v1/quality")["checks"]

    def published_day(self) -> datetime.date | None:
        """Returns the day of the snapshot that is served; none while nothing is published."""
        status, found, _ = self._send("GET", "/api/v1/manifest", None)
        if status == 200:
            return datetime.date.fromisoformat(found["as_of"])
        if status in (404, 503):
            return None
        raise ServerError(_detail(status, found))

    def _get(self, path: str) -> Any:
        status, found, _ = self._send("GET", path, None)
        if status != 200:
            raise ServerError(_detail(status, found))
        return found

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> tuple[int, Any, str | None]:
        headers = {"accept": "application/json", "user-agent": "tidemark-orchestration"}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["content-type"] = "application/json"
        if self._token and method == "POST":
            headers["authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                return answer.status, json.load(answer), answer.headers.get("location")
        except urllib.error.HTTPError as error:
            text = error.read()
            try:
                found = json.loads(text)
            except ValueError:
                found = {"detail": text.decode(errors="replace")[:200]}
            return error.code, found, error.headers.get("location")
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            reason = getattr(error, "reason", error)
            raise ServerError(f"{self.url} cannot be reached: {reason}") from error


def _detail(status: int, found: Any) -> str:
    detail = found.get("detail") if isinstance(found, dict) else None
    return f"the server returned {status}: {detail or found}"
