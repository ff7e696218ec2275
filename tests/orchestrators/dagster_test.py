"""Dagster materializes the asset by a real run."""

import dagster
from serving import DAY, main
from tidemark_orchestration import Tidemark
from tidemark_orchestration.dagster import TidemarkServer, tidemark_assets

marts = tidemark_assets(
    poll=0.1,
    sync=False,
    retry_policy=dagster.RetryPolicy(max_retries=1),
    partitions_def=dagster.DailyPartitionsDefinition(start_date="2026-02-01", end_date="2026-03-01"),
)


def materialized(company, instance):
    return dagster.materialize(
        [marts],
        partition_key=DAY,
        instance=instance,
        resources={"tidemark": TidemarkServer(url=company.url)},
        raise_on_error=False,
    )


def a_run_is_a_materialization_with_its_snapshot_as_version(company):
    with dagster.DagsterInstance.ephemeral() as instance:
        result = materialized(company, instance)
        assert result.success
        [event] = result.asset_materializations_for_node("tidemark_marts")
        tags = event.tags
        assert tags["dagster/data_version"] == event.metadata["snapshot_id"].value, tags
        assert event.metadata["as_of"].value == DAY
        [check] = result.get_asset_check_evaluations()
        assert check.check_name == "tidemark_checks"
        assert check.passed == (event.metadata["warnings"].value == 0)


def a_failing_and_a_refused_run_fail_in_words(company):
    with dagster.DagsterInstance.ephemeral() as instance:
        with company.missing_invoices():
            result = materialized(company, instance)
        assert not result.success
        failure = result.failure_data_for_node("tidemark_marts").user_failure_data
        assert "invoices" in failure.description, failure
        with company.unreadable_invoices():
            result = materialized(company, instance)
        assert not result.success
        failure = result.failure_data_for_node("tidemark_marts").user_failure_data
        assert "refused" in failure.description, failure
    # The failing run was tried again, the refused one was not.
    states = [run.state for run in Tidemark(company.url).runs()]
    assert states == ["refused", "failed", "failed"], states


main(a_run_is_a_materialization_with_its_snapshot_as_version, a_failing_and_a_refused_run_fail_in_words)
