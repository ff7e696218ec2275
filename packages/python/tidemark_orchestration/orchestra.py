"""Orchestra: a run as a task, with its status, outputs and log sent back through Orchestra's SDK."""

from __future__ import annotations

import datetime
import os

from orchestra_sdk.enum import TaskRunStatus, WebhookEventType
from orchestra_sdk.orchestra import OrchestraSDK

from .client import POLL, Run, Tidemark


def tidemark_run(
    server: Tidemark,
    orchestra: OrchestraSDK | None = None,
    as_of: datetime.date | None = None,
    sync: bool = True,
    poll: float = POLL,
) -> Run:
    """Requests a run, follows it, and returns it if its snapshot was published.

    Orchestra shows the task as succeeded, as a warning where checks warned, as failed otherwise; its outputs are
    `run_id`, `snapshot_id`, `as_of`, `rows`, `errors` and `warnings`, its log the steps. `orchestra` is by default made
    from the environment that Orchestra sets: `ORCHESTRA_API_KEY`, `ORCHESTRA_TASK_RUN_ID`, `ORCHESTRA_WEBHOOK_URL`.

    Raises `RunRefused` or `RunFailed` if nothing was published, after Orchestra was informed.
    """
    orchestra = orchestra or OrchestraSDK(api_key=os.environ["ORCHESTRA_API_KEY"])
    try:
        run = server.request_run(as_of, sync)
        orchestra.update_task(TaskRunStatus.RUNNING, f"run {run.id} as of {run.as_of}")
        run = server.wait(run.id, poll)
    except Exception as error:
        orchestra.update_task(TaskRunStatus.FAILED, str(error)[:250])
        raise
    _log(orchestra, run)
    for name, value in run.outputs().items():
        if value is not None:
            orchestra.set_output(name, value)
    try:
        run.check()
    except Exception as error:
        orchestra.update_task(TaskRunStatus.FAILED, str(error)[:250])
        raise
    if run.warnings:
        orchestra.update_task(TaskRunStatus.WARNING, f"published {run.snapshot_id} with {run.warnings} warnings")
    else:
        orchestra.update_task(TaskRunStatus.SUCCEEDED, f"published {run.snapshot_id}")
    return run


def _log(orchestra: OrchestraSDK, run: Run) -> None:
    lines = []
    for step in run.steps:
        rows = "" if step["rows"] is None else f", {step['rows']} rows"
        error = f": {step['error']}" if step["error"] else ""
        lines.append(f"{step['finished_at'] or '-'} {step['name']} {step['state']}, attempt {step['attempt']}{rows}{error}")
    if orchestra.http_client:
        data = {"log_name": f"tidemark-run-{run.id}.log", "data": "\n".join(lines)}
        orchestra.http_client.request(event_type=WebhookEventType.LOG, json=data)
