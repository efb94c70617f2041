#!/usr/bin/env python3
"""Whenever the demo is run there are calls to make: at night, at lunch, on Mondays and Sundays, after holidays. Makes its days for
such moments (scripts/make-demo-days), plays them to `premura backtest`, and counts the calls that are open then.

    demo_days.py --premura BUILD_FOLDER/cli/premura

Exit 0 when each moment has what a newcomer should find, 1 when not.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOMENTS = {
    "Monday, half past two at night": "2026-11-23T02:30:00+01:00",
    "Monday, before anybody works": "2026-11-23T07:55:00+01:00",
    "Tuesday, just after nine": "2026-06-09T09:05:00+02:00",
    "Wednesday at lunch": "2026-11-25T13:10:00+01:00",
    "Thursday evening": "2026-03-12T19:30:00+01:00",
    "Friday, shortly before the weekend": "2026-09-18T18:55:00+02:00",
    "Saturday afternoon": "2026-05-23T16:00:00+02:00",
    "Sunday of the change of the clocks": "2026-10-25T11:00:00+01:00",
    "Easter Tuesday": "2027-03-30T09:30:00+02:00",
    "the day after three holidays": "2026-12-28T08:00:00+01:00",
    "the warehouse's summer break": "2026-08-17T15:00:00+02:00",
}
CALLS = range(8, 17)
RULES = {"order-not-packed", "promise-at-risk", "delivery-promise-broken", "refund-not-paid", "promised-update-not-sent",
         "parcel-waiting-at-pickup-point"}


def lines_of(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def open_calls(premura, folder, now):
    """Each call that is on the list at that moment, with its last word."""
    actions = folder / "actions.jsonl"
    subprocess.run([premura, "backtest", folder / "past.jsonl", "--rules", ROOT / "rules",
                    *(word for part in ("calendars", "tenants", "messages") for word in ("--config", ROOT / "config" / part)),
                    "--by", "event-time", "--until", now, "--actions", actions, "--json", "--quiet"],
                   check=True, stdout=subprocess.DEVNULL)
    found = {}
    for action in lines_of(actions):
        if action["kind"] in ("call", "call_changed"):
            found[action["id"]] = action
        elif action["kind"] in ("withdrawn", "merged"):
            found.pop(action["id"], None)
    return list(found.values())


def complaints(premura, folder, now):
    subprocess.run([ROOT / "scripts" / "make-demo-days", "--now", now, folder], check=True, stdout=subprocess.DEVNULL)
    calls = open_calls(premura, folder, now)
    if len(calls) not in CALLS:
        yield f"{len(calls)} calls to make"
    missing = RULES - {rule for call in calls for rule in call["rules"]}
    if max(len(call["cases"]) for call in calls) < 2:
        yield "no call about two cases"
    if missing:
        yield f"no call of {', '.join(sorted(missing))}"
    late = [event for event in lines_of(folder / "coming.jsonl")
            if event["type"] == "order.paid" and event["data"]["order"].get("warehouse") == "BO1"]
    if len(late) < 6:
        yield f"{len(late)} orders of the warehouse that stands still"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--premura", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    failures = 0
    for name, now in MOMENTS.items():
        with tempfile.TemporaryDirectory(prefix="premura-days-") as folder:
            for complaint in complaints(arguments.premura, pathlib.Path(folder), now):
                print(f"{name} ({now}): {complaint}")
                failures += 1
    print(f"{len(MOMENTS)} moments, {failures} of them without what a newcomer should find")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
