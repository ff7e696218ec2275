"""Airflow 3: an operator that starts a run, a sensor that waits for a day, and the asset they update."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import AsyncIterator
from typing import Any

from airflow.exceptions import AirflowFailException
from airflow.sdk import Asset, BaseOperator, BaseSensorOperator
from airflow.triggers.base import BaseTrigger, TriggerEvent

from .client import POLL, Run, RunFailed, RunRefused, Tidemark


def snapshot_asset(url: str) -> Asset:
    """Returns the asset that a server's snapshots are: an operator with it in `outlets` updates it."""
    return Asset(name="tidemark_snapshot", uri=f"{url.rstrip('/')}/api/v1/manifest", group="tidemark")


class RunTrigger(BaseTrigger):
    """Waits in the triggerer until a run is over, without holding a worker."""

    def __init__(self, url: str, run_id: int, poll: float = POLL) -> None:
        super().__init__()
        self.url, self.run_id, self.poll = url, run_id, poll

    def serialize(self) -> tuple[str, dict[str, Any]]:
        name = f"{type(self).__module__}.{type(self).__qualname__}"
        return name, {"url": self.url, "run_id": self.run_id, "poll": self.poll}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        server = Tidemark(self.url)
        while True:
            run = await asyncio.to_thread(server.run, self.run_id)
            if run.is_over:
                yield TriggerEvent({"run_id": run.id})
                return
            await asyncio.sleep(self.poll)


class TidemarkRunOperator(BaseOperator):
    """Requests a run and succeeds when its snapshot is published; returns snapshot id, day, rows and findings.

    A run that the checks refused fails without further attempts: the same data is refused again. Any other failed run
    may be tried again by Airflow's own `retries`. `as_of` is a template, such as `{{ ds }}`.
    """

    template_fields = ("as_of",)

    def __init__(
        self,
        *,
        url: str,
        token: str | None = None,
        as_of: str | None = None,
        sync: bool = True,
        deferrable: bool = False,
        poll: float = POLL,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.url, self.token, self.as_of, self.sync = url, token, as_of, sync
        self.deferrable, self.poll = deferrable, poll

    def execute(self, context: Any) -> dict[str, Any]:
        server = Tidemark(self.url, self.token)
        day = datetime.date.fromisoformat(self.as_of) if self.as_of else None
        run = server.request_run(day, self.sync)
        self.log.info("run %s as of %s is %s", run.id, run.as_of, run.state)
        if self.deferrable and not run.is_over:
            self.defer(trigger=RunTrigger(self.url, run.id, self.poll), method_name="resumed")
        return self._end(server.wait(run.id, self.poll), context)

    def resumed(self, context: Any, event: dict[str, Any]) -> dict[str, Any]:
        """Goes on after the trigger."""
        return self._end(Tidemark(self.url, self.token).run(event["run_id"]), context)

    def _end(self, run: Run, context: Any) -> dict[str, Any]:
        for step in run.steps:
            self.log.info("%s: %s, attempt %s, rows %s", step["name"], step["state"], step["attempt"], step["rows"])
        try:
            run.check()
        except RunRefused as error:
            raise AirflowFailException(str(error)) from error
        except RunFailed as error:
            raise RuntimeError(str(error)) from error
        if run.warnings:
            self.log.warning("published with %s warnings; the Health page lists them", run.warnings)
        for asset in self.outlets:
            context["outlet_events"][asset].extra = run.outputs()
        return run.outputs()


class TidemarkSnapshotSensor(BaseSensorOperator):
    """Waits until the server serves a snapshot of `as_of` or a later day."""

    template_fields = ("as_of",)

    def __init__(self, *, url: str, as_of: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url, self.as_of = url, as_of

    def poke(self, context: Any) -> bool:
        published = Tidemark(self.url).published_day()
        self.log.info("the published day is %s, %s is wanted", published, self.as_of)
        return published is not None and published >= datetime.date.fromisoformat(self.as_of)
