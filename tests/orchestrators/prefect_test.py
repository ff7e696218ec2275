"""Prefect runs the task in a flow, against its own temporary server."""

import datetime

from prefect import flow
from prefect.testing.utilities import prefect_test_harness
from serving import DAY, main
from tidemark_orchestration import Tidemark
from tidemark_orchestration.prefect import TidemarkServer, tidemark_run

day = datetime.date.fromisoformat(DAY)


@flow
def nightly(url: str, retries: int = 0) -> dict:
    run = tidemark_run.with_options(retries=retries, retry_delay_seconds=0)
    state = run(TidemarkServer(url=url), day, sync=False, poll=0.1, return_state=True)
    result = state.result(raise_on_failure=False)
    return {"state": state.name, "message": state.message, "result": result if state.is_completed() else None}


def a_flow_returns_what_was_published(company):
    ended = nightly(company.url)
    assert ended["state"] == "Completed", ended
    assert ended["result"]["as_of"] == DAY and ended["result"]["snapshot_id"], ended


def a_failed_run_is_tried_again_and_a_refused_one_is_not(company):
    with company.missing_invoices():
        ended = nightly(company.url, retries=1)
    assert ended["state"] == "Failed" and "invoices" in ended["message"], ended
    with company.unreadable_invoices():
        ended = nightly(company.url, retries=3)
    assert ended["state"] == "Refused", ended
    states = [run.state for run in Tidemark(company.url).runs()]
    assert states == ["refused", "failed", "failed"], states


with prefect_test_harness():
    main(a_flow_returns_what_was_published, a_failed_run_is_tried_again_and_a_refused_one_is_not)
