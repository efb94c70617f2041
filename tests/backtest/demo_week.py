#!/usr/bin/env python3
"""Plays the week of the demo to premurad on the embedded log (`clock: replay`) and to `premura backtest`, and compares
what both decided: the ids of every call task, message and request, in each state that it had.

    demo_week.py --build BUILD_FOLDER

Exit 0 when they are the same, id for id, 1 when not.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "faults"))
import killed  # noqa: E402

WEEK = ROOT / "config" / "demo" / "week.jsonl"
UNTIL = "2026-07-15T00:00:00Z"
KIND_OF = {
    "premura.call-task.merged.v1": "merged",
    "premura.call-task.withdrawn.v1": "withdrawn",
    "premura.notification.v1": "message",
    "premura.escalation.v1": "escalation",
    "premura.expedite.v1": "request",
}


def kind_of(record):
    kind = record["headers"]["ce_type"]
    if kind != "premura.call-task.open.v1":
        return KIND_OF[kind]
    return "call" if json.loads(record["value"])["version"] == 1 else "call_changed"


def from_daemon(build, folder):
    log = {"kind": "sqlite", "topic_prefix": "premura", "partitions": 1,
           "sqlite": {"file": str(folder / "week.db")}}
    daemon = killed.Daemon(build, folder, "week", log)
    daemon.start()
    deadline = time.time() + 60
    while killed.post(daemon.port, []) == 0 and time.time() < deadline:
        time.sleep(0.1)
    subprocess.run([build / "cli" / "premura", "feed", WEEK, "--to", f"http://127.0.0.1:{daemon.port}",
                    "--until", UNTIL, "--quiet"], check=True)
    killed.settled(build, log, 3)
    daemon.stop()
    found = collections.Counter()
    for topic in ("call-tasks", "notifications", "expedites"):
        for record in killed.dump(build, log, topic):
            if record["headers"].get("ce_type") != "premura.progress":
                found[kind_of(record), record["key"]] += 1
    return found


def from_backtest(build, folder, order):
    actions = folder / f"{order}.jsonl"
    subprocess.run([build / "cli" / "premura", "backtest", WEEK, "--rules", ROOT / "rules",
                    *(word for part in ("calendars", "tenants", "messages")
                      for word in ("--config", ROOT / "config" / part)),
                    "--by", order, "--until", UNTIL, "--actions", actions, "--json", "--quiet"],
                   check=True, stdout=subprocess.DEVNULL)
    lines = actions.read_text(encoding="utf-8").splitlines()
    return collections.Counter((each["kind"], each["id"]) for each in map(json.loads, lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    failures = 0
    with tempfile.TemporaryDirectory(prefix="premura-week-") as name:
        folder = pathlib.Path(name)
        daemon = from_daemon(arguments.build, folder)
        for order in ("arrival", "event-time"):
            backtest = from_backtest(arguments.build, folder, order)
            missing, extra = daemon - backtest, backtest - daemon
            print(f"by {order}: {sum(backtest.values())} records, {len(backtest)} ids and states; "
                  f"{sum(missing.values())} missing, {sum(extra.values())} too many")
            for text, which in (("missing", missing), ("too many", extra)):
                for kind, key in sorted(which)[:5]:
                    print(f"  {text}: {kind} {key}")
            failures += bool(missing or extra or not daemon)
    if failures == 0:
        print("the daemon and the backtest decided the same, id for id")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
