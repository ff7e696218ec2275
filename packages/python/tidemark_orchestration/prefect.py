"""Prefect: a block that holds the server's address and token, and a task that makes a run."""

from __future__ import annotations

import datetime
from typing import Any

from prefect import task
from prefect.blocks.core import Block
from prefect.logging import get_run_logger
from prefect.states import Failed
from pydantic import SecretStr

from .client import POLL, RunRefused, Tidemark


class TidemarkServer(Block):
    """A Tidemark server: its address, and its run token where it needs one."""

    _block_type_name = "Tidemark server"
    _block_type_slug = "tidemark-server"

    url: str
    token: SecretStr | None = None

    def client(self) -> Tidemark:
        """Returns a client of the server."""
        return Tidemark(self.url, self.token.get_secret_value() if self.token else None)


def _may_be_tried_again(_task: Any, _run: Any, state: Any) -> bool:
    try:
        state.result()
    except RunRefused:
        return False
    except Exception:  # noqa: BLE001: every other end of a run may be different the next time
        return True
    return True


@task(name="tidemark-run", retry_condition_fn=_may_be_tried_again)
def tidemark_run(
    server: TidemarkServer,
    as_of: datetime.date | None = None,
    sync: bool = True,
    poll: float = POLL,
) -> Any:
    """Requests a run and returns its outputs once its snapshot is published.

    A refused run fails the task without retries, by its own state `Refused`.
    """
    log = get_run_logger()
    client = server.client()
    run = client.wait(client.request_run(as_of, sync).id, poll, seen=lambda run: log.info("run %s is %s", run.id, run.state))
    try:
        run.check()
    except RunRefused as error:
        return Failed(name="Refused", message=str(error), data=error)
    if run.warnings:
        log.warning("published with %s warnings", run.warnings)
    return run.outputs()
