"""Dagster: the marts as one asset whose data version is the snapshot's id, with Tidemark's checks as asset checks."""

from __future__ import annotations

import datetime
from typing import Any

import dagster

from .client import POLL, RunFailed, RunRefused, Tidemark

#: The asset check that sums up all of Tidemark's checks: error-level ones refuse a run, the others warn.
CHECK = "tidemark_checks"


class TidemarkServer(dagster.ConfigurableResource):
    """A Tidemark server as a resource of Dagster."""

    url: str
    token: str | None = None

    def client(self) -> Tidemark:
        """Returns a client of the server."""
        return Tidemark(self.url, self.token)


def tidemark_assets(
    name: str = "tidemark_marts",
    server_key: str = "tidemark",
    sync: bool = True,
    poll: float = POLL,
    **options: Any,
) -> dagster.AssetsDefinition:
    """Returns an asset that a run materializes; further options are those of `dagster.asset`.

    A partition key that is a date is the day of the run. A refused run fails without retries, with its findings.
    """
    spec = dagster.AssetCheckSpec(CHECK, asset=name, description="All checks of Tidemark on sources, models and marts")
    options.setdefault("description", "The published customer-lifecycle marts of Tidemark")

    @dagster.asset(name=name, required_resource_keys={server_key}, check_specs=[spec], **options)
    def marts(context):
        server = getattr(context.resources, server_key).client()
        day = datetime.date.fromisoformat(context.partition_key) if context.has_partition_key else None
        run = server.wait(server.request_run(day, sync).id, poll)
        try:
            run.check()
        except RunRefused as error:
            raise dagster.Failure(str(error), metadata=_metadata(run), allow_retries=False) from error
        except RunFailed as error:
            raise dagster.Failure(str(error), metadata=_metadata(run)) from error
        check = dagster.AssetCheckResult(
            check_name=CHECK,
            passed=run.warnings == 0,
            severity=dagster.AssetCheckSeverity.WARN,
            metadata={"errors": run.errors, "warnings": run.warnings},
        )
        return dagster.MaterializeResult(
            data_version=dagster.DataVersion(str(run.snapshot_id)),
            metadata=_metadata(run),
            check_results=[check],
        )

    return marts


def _metadata(run: Any) -> dict[str, Any]:
    known = {key: value for key, value in run.outputs().items() if value is not None}
    if run.rows is not None:
        known["dagster/row_count"] = run.rows
    known["steps"] = dagster.MetadataValue.json(run.steps)
    return known
