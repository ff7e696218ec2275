"""The DAGs of airflow_test.py, as a file of Airflow's DAG folder."""

import os

import pendulum
from airflow.sdk import DAG
from tidemark_orchestration.airflow import TidemarkRunOperator, TidemarkSnapshotSensor, snapshot_asset

URL = os.environ["COMPANY_URL"]
DAY = "2026-02-20"


def dag(name, **options):
    with DAG(name, schedule=None, start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), catchup=False) as made:
        run = TidemarkRunOperator(
            task_id="run", url=URL, as_of=DAY, sync=False, poll=0.2, outlets=[snapshot_asset(URL)], **options
        )
        wait = TidemarkSnapshotSensor(task_id="wait", url=URL, as_of=DAY, poke_interval=1, timeout=60)
        run >> wait
    return made


waits = dag("tidemark_waits")
deferred = dag("tidemark_deferred", deferrable=True)
# Airflow tries again by itself, but not what the checks refused.
refused = dag("tidemark_refused", retries=2, retry_delay=pendulum.duration(seconds=0))
