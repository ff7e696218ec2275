"""Orchestra's own SDK sends the events; a server on loopback stands where Orchestra would be."""

import datetime
import http.server
import json
import os
import threading
import uuid

from orchestra_sdk.orchestra import OrchestraSDK
from serving import DAY, main
from tidemark_orchestration import RunFailed, RunRefused, Tidemark
from tidemark_orchestration.orchestra import tidemark_run

day = datetime.date.fromisoformat(DAY)
TASK = str(uuid.uuid4())
events = []


class Webhook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        assert self.headers["authorization"] == "Bearer key" and body["task_run_id"] == TASK
        events.append(body)
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


webhook = http.server.HTTPServer(("127.0.0.1", 0), Webhook)
threading.Thread(target=webhook.serve_forever, daemon=True).start()
os.environ["ORCHESTRA_TASK_RUN_ID"] = TASK
os.environ["ORCHESTRA_WEBHOOK_URL"] = f"http://127.0.0.1:{webhook.server_port}"


def sent(company):
    events.clear()
    ended = None
    try:
        tidemark_run(Tidemark(company.url), OrchestraSDK(api_key="key"), day, sync=False, poll=0.1)
    except RunFailed as error:
        ended = error
    statuses = [event["status"] for event in events if event["event_type"] == "UPDATE_STATUS"]
    outputs = {event["output_name"]: event["output_value"] for event in events if event["event_type"] == "SET_OUTPUT"}
    logs = [event["data"] for event in events if event["event_type"] == "LOG"]
    return ended, statuses, outputs, logs


def a_published_run_has_outputs_and_a_log(company):
    ended, statuses, outputs, [log] = sent(company)
    assert ended is None
    warned = "WARNING" if outputs["warnings"] else "SUCCEEDED"
    assert statuses == ["RUNNING", warned], statuses
    assert outputs["as_of"] == DAY and outputs["snapshot_id"] and outputs["rows"] > 0, outputs
    assert "publish succeeded" in log, log


def failed_and_refused_runs_are_failed_tasks_with_the_reason(company):
    with company.missing_invoices():
        ended, statuses, outputs, [log] = sent(company)
    assert statuses == ["RUNNING", "FAILED"] and "snapshot_id" not in outputs
    assert "invoices" in log and not isinstance(ended, RunRefused), log
    with company.unreadable_invoices():
        ended, statuses, _, _ = sent(company)
    assert statuses == ["RUNNING", "FAILED"] and isinstance(ended, RunRefused), ended


main(a_published_run_has_outputs_and_a_log, failed_and_refused_runs_are_failed_tasks_with_the_reason)
