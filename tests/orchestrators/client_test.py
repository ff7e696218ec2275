"""The client by itself."""

from serving import DAY, main
from tidemark_orchestration import RunFailed, RunRefused, ServerError, Tidemark

import datetime

day = datetime.date.fromisoformat(DAY)


def a_run_is_followed_to_its_snapshot(company):
    server = Tidemark(company.url)
    assert server.published_day() is None
    states = []
    run = server.wait(server.request_run(day).id, poll=0.1, seen=lambda run: states.append(run.state))
    run.check()
    assert states[-1] == "succeeded" and run.rows > 0, states
    assert server.published_day() == day
    assert server.manifest()["snapshot_id"] == run.snapshot_id
    assert len(server.checks()) > 100


def a_second_request_for_the_same_day_follows_the_first(company):
    server = Tidemark(company.url)
    first = server.request_run(day)
    assert server.request_run(day).id == first.id
    try:
        server.request_run(datetime.date(2026, 1, 31))
        raise AssertionError("two runs at once")
    except ServerError as error:
        assert f"Run {first.id} is queued or running" in str(error), error
    server.wait(first.id, poll=0.1)


def the_end_of_a_run_says_why(company):
    server = Tidemark(company.url)
    with company.missing_invoices():
        run = server.wait(server.request_run(day).id, poll=0.1)
    try:
        run.check()
        raise AssertionError(run)
    except RunRefused:
        raise
    except RunFailed as error:
        assert "invoices" in str(error), error
    with company.unreadable_invoices():
        run = server.wait(server.request_run(day).id, poll=0.1)
    try:
        run.check()
        raise AssertionError(run)
    except RunRefused as error:
        assert "stripe" in str(error), error


def a_server_that_is_away_is_named(company):
    try:
        Tidemark("http://127.0.0.1:9").manifest()
        raise AssertionError("no server")
    except ServerError as error:
        assert "cannot be reached" in str(error), error
    try:
        Tidemark(company.url).wait(999, poll=0.1)
        raise AssertionError("no such run")
    except ServerError as error:
        assert "There is no run 999" in str(error), error


main(
    a_run_is_followed_to_its_snapshot,
    a_second_request_for_the_same_day_follows_the_first,
    the_end_of_a_run_says_why,
    a_server_that_is_away_is_named,
)
