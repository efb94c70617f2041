#!/usr/bin/env python3
"""Recomputes, from the raw lines of the marketplace data, which orders must raise `delivery-promise-broken` and when,
and compares that with what a run of Premura committed.

Written apart from the engine, in the plainest way: one pass over the events of each order. The rule in words: the clock
starts when the order is paid; it is due at the promised time (at the payment, when that came later); it is late unless the
parcel was delivered, or the order cancelled, by then.

    check_promises.py --findings FINDINGS.jsonl --until 2018-03-01T00:00:00Z EVENTS.jsonl...

FINDINGS.jsonl has one JSON object per committed record, as tests/tools/dump_records prints them. Exit 0 when both
sides agree, 1 when not, with the orders that differ.
"""

import argparse
import collections
import datetime
import json
import sys


def instant(text):
    """Milliseconds since 1970; cut, not rounded, as times are kept."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int(moment.timestamp() * 1000)


def expected_promises(paths, until):
    orders = collections.defaultdict(lambda: collections.defaultdict(list))
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                event = json.loads(line)
                order = event["data"].get("order", {})
                if "id" not in order:
                    continue
                happened = instant(event["time"])
                orders[order["id"]][event["type"]].append(happened)
                if order.get("promised_by"):
                    orders[order["id"]]["promise"].append((happened, instant(order["promised_by"])))
    late = {}
    for order_id, seen in orders.items():
        if not seen["order.paid"] or not seen["promise"]:
            continue
        start = max(seen["order.paid"])
        known = [promise for said, promise in sorted(seen["promise"]) if said <= start]
        promised = known[-1] if known else sorted(seen["promise"])[0][1]
        due = max(promised, start)
        ended = seen["shipment.delivered"] + seen["order.cancelled"]
        if any(moment <= due for moment in ended):
            continue
        if due < until:
            late[order_id] = due
    return late


def committed_promises(path):
    late = {}
    repeated = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["headers"].get("ce_type") != "premura.finding.late.v1":
                continue
            finding = json.loads(record["value"])
            if finding["rule"] != "delivery-promise-broken":
                continue
            if finding["order"] in late:
                repeated.append(finding["order"])
            late[finding["order"]] = instant(finding["planned_at"])
    return late, repeated


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--findings", required=True)
    parser.add_argument("--until", required=True, help="where the recorded clock ended")
    parser.add_argument("events", nargs="+")
    arguments = parser.parse_args()

    expected = expected_promises(arguments.events, instant(arguments.until))
    committed, repeated = committed_promises(arguments.findings)
    missing = sorted(set(expected) - set(committed))
    extra = sorted(set(committed) - set(expected))
    moved = sorted(order for order in set(expected) & set(committed)
                   if expected[order] != committed[order])
    print(f"delivery-promise-broken: {len(expected)} orders expected, {len(committed)} committed; "
          f"{len(missing)} missing, {len(extra)} too many, {len(moved)} at another time, "
          f"{len(repeated)} repeated")
    for name, orders in (("missing", missing), ("too many", extra), ("another time", moved),
                         ("repeated", repeated)):
        for order in orders[:5]:
            print(f"  {name}: {order} expected {expected.get(order)} committed {committed.get(order)}")
    return 1 if missing or extra or moved or repeated else 0


if __name__ == "__main__":
    sys.exit(main())
