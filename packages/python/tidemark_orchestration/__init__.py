"""Runs of a Tidemark server as tasks of an orchestrator.

`client` talks to the server and needs nothing beyond Python. `airflow`, `dagster`, `prefect` and `orchestra` wrap it,
and import their orchestrator only when they are imported themselves.
"""

from .client import Run, RunFailed, RunRefused, ServerError, Tidemark

__all__ = ["Run", "RunFailed", "RunRefused", "ServerError", "Tidemark"]
