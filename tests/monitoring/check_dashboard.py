#!/usr/bin/env python3
"""Is the dashboard one that Grafana can show, made of metrics that there are, in words?

    check_dashboard.py --premurad PROGRAM

Compares with tests/monitoring/dashboard.schema.json, docs/METRICS.md, and /metrics of a daemon that it starts. promtool, where
it is installed, reads every query. Exit 0 or 1, or 77: a module of Python is missing.
"""

import argparse
import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

try:
    import jsonschema

    import promql
    from promql import ROOT
except ImportError as missing:
    print(f"SKIPPED: {missing} (packages python3-jsonschema, python3-yaml)")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
EVENT = {"specversion": "1.0", "id": "1", "source": "/test", "type": "order.paid",
         "data": {"order": {"id": "A1", "paid_at": "2026-06-01T11:00:00+02:00"}}}
# Those that must be there as soon as a daemon runs with a gateway, whatever happens.
FROM_THE_START = re.compile(r"premura_(pipeline|gateway_(waiting|under_way|circuit_open)|config|rules|rule_set|build)")


def queries(dashboard):
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def form(dashboard):
    schema = json.loads((HERE / "dashboard.schema.json").read_text(encoding="utf-8"))
    for error in jsonschema.Draft202012Validator(schema).iter_errors(dashboard):
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
    panels = dashboard["panels"]
    ids = [panel["id"] for panel in panels]
    if len(set(ids)) != len(ids):
        yield "two panels have the same id"
    taken = {}
    for panel in panels:
        place = panel["gridPos"]
        if place["x"] + place["w"] > 24:
            yield f"{panel['title']}: is wider than the page"
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                if (x, y) in taken:
                    yield f"{panel['title']}: lies over {taken[x, y]}"
                    return
                taken[x, y] = panel["title"]
    variables = {variable["name"] for variable in dashboard["templating"]["list"]} | {"__rate_interval"}
    for title, query in queries(dashboard):
        for name in sorted(set(re.findall(r"\$(\w+)", query)) - variables):
            yield f"{title}: there is no variable {name}"


def names(dashboard):
    metrics = promql.known_metrics()
    recorded = promql.recorded_figures()
    for title, query in queries(dashboard):
        yield from promql.faults_of(f"'{title}'", query, metrics, recorded)
    for variable in dashboard["templating"]["list"]:
        yield from promql.faults_of(f"the variable {variable['name']}", str(variable.get("definition", "")), metrics, recorded)


def syntax(dashboard):
    promtool = shutil.which("promtool")
    if promtool is None:
        print("note: promtool is not installed (package prometheus), so the form of the queries is not checked")
        return
    rules = [{"record": f"query:{number}", "expr": query.replace("$__rate_interval", "5m").replace("$", "")}
             for number, (_, query) in enumerate(queries(dashboard))]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "queries.yaml"
        file.write_text(json.dumps({"groups": [{"name": "queries", "rules": rules}]}), encoding="utf-8")
        done = subprocess.run([promtool, "check", "rules", file], text=True, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode != 0:
            yield done.stdout


def shown_by_a_daemon(premurad):
    """/metrics of a daemon that has taken one event: metric -> its labels."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "secret").write_text("not-a-secret-but-long\n", encoding="utf-8")
        (folder / "secret").chmod(0o600)
        (folder / "premura.yaml").write_text(json.dumps({
            "log": {"kind": "sqlite", "partitions": 1, "sqlite": {"file": str(folder / "premura.db")}},
            "http": {"listen": f"127.0.0.1:{port}"},
            "rules": [str(ROOT / "rules"), *(str(ROOT / "config" / part) for part in ("calendars", "tenants", "messages"))],
            "senders": {"webhooks": [{"name": "sms", "url": "http://127.0.0.1:9/", "secret_file": "secret"}]}}),
            encoding="utf-8")
        with (folder / "log").open("w", encoding="utf-8") as log:
            daemon = subprocess.Popen([premurad, "--config", folder / "premura.yaml"], stderr=log)
        try:
            return read_metrics(f"http://127.0.0.1:{port}", daemon)
        except (OSError, TimeoutError) as error:
            raise SystemExit(f"premurad told no metrics: {error}\n{(folder / 'log').read_text(encoding='utf-8')}") from error
        finally:
            daemon.terminate()
            daemon.wait(timeout=30)


def read_metrics(address, daemon):
    request = urllib.request.Request(f"{address}/v1/events", json.dumps(EVENT).encode(),
                                     {"content-type": "application/cloudevents+json"})
    deadline = time.monotonic() + 60
    sent = False
    while time.monotonic() < deadline and daemon.poll() is None:
        try:
            if not sent:
                with urllib.request.urlopen(request, timeout=10):
                    sent = True
            with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:
                text = answer.read().decode()
            if "premura_events_total" in text and "premura_pipeline_stalled{" in text:
                return labels_by_metric(text)
        except urllib.error.URLError:
            pass
        time.sleep(0.2)
    raise TimeoutError("the event was not applied within a minute")


def labels_by_metric(text):
    found = {}
    for name, labels in re.findall(r"^(premura_\w+?)(?:\{(.*)\})? \S+$", text, re.M):
        found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


def live(dashboard, premurad):
    """What a running daemon shows has the labels that METRICS.md tells; what is always there is there."""
    shown = shown_by_a_daemon(premurad)
    metrics = promql.known_metrics()
    used = {name for _, query in queries(dashboard) for name in re.findall(r"\bpremura_\w+", query)}
    for name in sorted(used):
        told = metrics.get(name)
        if name in shown:
            # A count without a reason has no such label.
            if not shown[name] <= told:
                yield f"/metrics gives {name} the labels {sorted(shown[name])}, docs/METRICS.md {sorted(told)}"
        elif told == set() or FROM_THE_START.match(name):
            yield f"/metrics of a running daemon lacks {name}"
    seen = used & set(shown)
    print(f"{len(seen)} of {len(used)} metrics of the dashboard are in /metrics of a daemon with one event; others come with "
          "their first count")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--premurad", required=True, type=lambda name: pathlib.Path(name).resolve())
    programs = parser.parse_args()
    dashboard = json.loads((ROOT / "monitoring" / "premura.dashboard.json").read_text(encoding="utf-8"))
    faults = list(form(dashboard)) or [*names(dashboard), *syntax(dashboard), *live(dashboard, programs.premurad)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
