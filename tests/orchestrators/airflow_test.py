"""Airflow runs DAGs with the operator and the sensor, in one process, on a database of its own."""

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

home = Path(tempfile.mkdtemp(prefix="tidemark-airflow-"))
os.environ["AIRFLOW_HOME"] = str(home)
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True)
(home / "dags").mkdir()
shutil.copy(Path(__file__).with_name("airflow_dags.py"), home / "dags")
sys.path.insert(0, str(home / "dags"))

from serving import main  # noqa: E402
from tidemark_orchestration import Tidemark  # noqa: E402


def states(company, name):
    """Runs a DAG to its end; the state of each of its tasks."""
    os.environ["COMPANY_URL"] = company.url
    sys.modules.pop("airflow_dags", None)
    dag = getattr(importlib.import_module("airflow_dags"), name)
    return {instance.task_id: str(instance.state) for instance in dag.test().get_task_instances()}


def a_dag_runs_and_waits_for_the_day(company):
    assert states(company, "waits") == {"run": "success", "wait": "success"}


def a_deferred_run_goes_on_after_its_trigger(company):
    assert states(company, "deferred") == {"run": "success", "wait": "success"}


def failing_and_refused_runs_fail_the_task(company):
    with company.missing_invoices():
        assert states(company, "waits")["run"] == "failed"
    with company.unreadable_invoices():
        assert states(company, "refused")["run"] == "failed"
    assert Tidemark(company.url).run(2).state == "refused"
    # The refused run was not tried again.
    assert len(Tidemark(company.url).runs()) == 2


try:
    main(a_dag_runs_and_waits_for_the_day, a_deferred_run_goes_on_after_its_trigger, failing_and_refused_runs_fail_the_task)
finally:
    shutil.rmtree(home, ignore_errors=True)
