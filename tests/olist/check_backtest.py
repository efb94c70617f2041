#!/usr/bin/env python3
"""Recomputes, from the raw lines of the marketplace data, what three kinds of rules would have foreseen of broken
promises, and compares every figure with what `premura backtest --json` says.

Written apart from the engine, in the plainest way: one pass over the events of each order, days counted one by one. In
words: each clock starts when the order was paid. The truth is the promise: broken when the parcel was not delivered by
the promised time. A rule's alarm is right when the promise broke afterwards, wrong when it was kept, `after` when it had
broken already.

    check_backtest.py --premura PREMURA [--table FILE] EVENTS.zst...

Exit 0 when both sides agree, 1 when not, 77 when there are no data.
"""

import argparse
import collections
import datetime
import json
import os
import pathlib
import subprocess
import sys
import zoneinfo

HERE = pathlib.Path(__file__).resolve().parent
UNTIL = "2018-12-01T00:00:00Z"
ZONE = zoneinfo.ZoneInfo("America/Sao_Paulo")
DAY_MS = 86_400_000
OPENS, CLOSES = datetime.time(9), datetime.time(18)
# Brazil's days off in the years of the data, written out.
DAYS_OFF = {datetime.date.fromisoformat(day) for day in """
    2017-01-01 2017-02-27 2017-02-28 2017-04-14 2017-04-21 2017-05-01 2017-06-15 2017-09-07 2017-10-12 2017-11-02
    2017-11-15 2017-12-25 2018-01-01 2018-02-12 2018-02-13 2018-03-30 2018-04-21 2018-05-01 2018-05-31 2018-09-07
    2018-10-12 2018-11-02 2018-11-15 2018-12-25 2016-12-25 2019-01-01""".split()}


def instant(text):
    """Milliseconds since 1970; cut, not rounded, as times are kept."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int(moment.timestamp() * 1000)


def read(paths):
    orders = collections.defaultdict(lambda: collections.defaultdict(list))
    count = 0
    for path in paths:
        text = subprocess.run(["zstdcat", path], check=True, capture_output=True).stdout.decode()
        for line in text.splitlines():
            event = json.loads(line)
            count += 1
            order = event["data"].get("order", {})
            happened = instant(event["time"])
            seen = orders[order["id"]]
            seen[event["type"]].append(happened)
            for fact in ("promised_by", "ship_by"):
                if order.get(fact):
                    seen[fact].append((happened, instant(order[fact])))
    return orders, count


def known_at(said, moment):
    """The latest value said up to then, else the earliest said later."""
    before = [value for at, value in sorted(said) if at <= moment]
    return before[-1] if before else sorted(said)[0][1]


def business_days_after(start, days):
    """Closing time of the n-th open day after the local day of `start`."""
    date = datetime.datetime.fromtimestamp(start / 1000, ZONE).date()
    while days > 0:
        date += datetime.timedelta(days=1)
        if date.weekday() < 5 and date not in DAYS_OFF:
            days -= 1
    return int(datetime.datetime.combine(date, CLOSES, ZONE).timestamp() * 1000)


def truth_of(seen, start, until):
    """(deadline, broken, decided) of the promise; nothing when there is none."""
    if not seen["promised_by"]:
        return None
    due = max(known_at(seen["promised_by"], start), start)
    kept = any(moment <= due for moment in seen["shipment.delivered"])
    return due, not kept and due < until, kept or due < until


def alarms_of(seen, start, until):
    """When each rule raises its alarm about this order, by rule."""
    handed = seen["shipment.handed_over"] + seen["shipment.delivered"]
    alarms = {}

    def late(rule, due):
        if due < until and not any(moment <= due for moment in handed):
            alarms[rule] = due

    for days in (2, 5, 10):
        late(f"not-handed-over-{days}", business_days_after(start, days))
    if seen["ship_by"]:
        late("seller-limit-passed", max(known_at(seen["ship_by"], start), start))
    if seen["promised_by"]:
        promised = known_at(seen["promised_by"], start)
        for days in (1, 2, 3, 5):
            warned = max(start, promised - days * DAY_MS)
            # At the start of a clock that is late already there is nothing left to warn of.
            if warned < max(start, promised) and warned < until and \
                    not any(moment <= warned for moment in seen["shipment.delivered"]):
                alarms[f"undelivered-{days}-day{'s' if days > 1 else ''}-left"] = warned
    return alarms


def middle(values):
    """The middle value, of an even number the mean of the two, cut towards zero; nothing of nothing."""
    if not values:
        return None
    values = sorted(values)
    half = len(values) // 2
    if len(values) % 2:
        return values[half]
    return int((values[half - 1] + values[half]) / 2)


def figures_of(orders, until):
    names = [f"not-handed-over-{n}" for n in (2, 5, 10)] + ["seller-limit-passed"] + \
        [f"undelivered-{k}-day{'s' if k > 1 else ''}-left" for k in (1, 2, 3, 5)]
    figures = {name: collections.Counter() for name in names}
    leads = {name: [] for name in names}
    inbound = {name: [] for name in names}
    truths = 0
    for seen in orders.values():
        if not seen["order.paid"]:
            continue
        start = min(seen["order.paid"])
        if start >= until:
            continue
        truth = truth_of(seen, start, until)
        broken = truth is not None and truth[1]
        truths += broken
        for rule, alarmed in alarms_of(seen, start, until).items():
            counts = figures[rule]
            counts["alarms"] += 1
            contacts = [moment for moment in seen["contact.inbound"] if moment >= start]
            if contacts:
                inbound[rule].append(min(contacts) - alarmed)
            if truth is None:
                counts["apart"] += 1
            elif not truth[2]:
                counts["undecided"] += 1
            elif not broken:
                counts["wrong"] += 1
            elif alarmed < truth[0]:
                counts["right"] += 1
                counts["caught"] += 1
                leads[rule].append(truth[0] - alarmed)
            else:
                counts["after"] += 1
    return figures, leads, inbound, truths


def compare(report, orders, until):
    figures, leads, inbound, truths = figures_of(orders, until)
    rules = {rule["rule"]: rule for rule in report["rules"]}
    rows, wrong = [], []
    for rule, counts in figures.items():
        said = rules[rule]
        judged = counts["right"] + counts["wrong"]
        expected = {name: counts[name] for name in
                    ("alarms", "right", "wrong", "after", "undecided", "apart", "caught")}
        expected["truths"] = truths
        expected["precision"] = counts["right"] / judged if judged else None
        expected["recall"] = counts["caught"] / truths if truths else None
        expected["lead"] = middle(leads[rule])
        expected["inbound"] = len(inbound[rule])
        expected["before_inbound"] = middle(inbound[rule])
        found = {name: said[name] for name in expected if name in said and name != "before_inbound"}
        found["lead"] = said["before_deadline"].get("median_ms")
        found["before_inbound"] = said["before_inbound"].get("median_ms")
        for name, value in expected.items():
            if found[name] != value:
                wrong.append(f"{rule}: {name}: expected {value}, backtest says {found[name]}")
        rows.append((rule, expected))
    return rows, wrong


def table(rows):
    lines = ["| Rule | Alarms | Right | Wrong | Too late | Precision | Recall | Median lead to the promise "
             "| Median lead to the first contact |", "|---|---|---|---|---|---|---|---|---|"]
    for rule, row in rows:
        lead, inbound = (f"{row[name] / DAY_MS:.1f} days" for name in ("lead", "before_inbound"))
        lines.append(f"| `{rule}` | {row['alarms']:,} | {row['right']:,} | {row['wrong']:,} | {row['after']:,} "
                     f"| {row['precision']:.1%} | {row['recall']:.1%} | {lead} | {inbound} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--premura", required=True)
    parser.add_argument("--table", help="writes the table of docs/BACKTEST.md to this file")
    parser.add_argument("events", nargs="*", help="else those below PREMURA_SHARED")
    arguments = parser.parse_args()
    if not arguments.events:
        folder = pathlib.Path(os.environ.get("PREMURA_SHARED", "/nowhere")) / "data" / "olist"
        arguments.events = sorted(str(path) for path in folder.glob("*.zst"))
    if not arguments.events:
        print("SKIPPED: the marketplace data is not here (PREMURA_SHARED names its folder)")
        return 77
    orders, count = read(arguments.events)
    run = subprocess.run(
        [arguments.premura, "backtest", "--rules", HERE / "backtest" / "rules.yaml", "--config",
         HERE / "backtest" / "config.yaml", "--against", "promise-broken", "--until", UNTIL, "--json", "--quiet",
         *arguments.events], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        print(f"FAILED: premura backtest ended with {run.returncode}\n{run.stderr}")
        return 1
    report = json.loads(run.stdout)
    if report["input"]["events"] != count or report["input"]["rejected"]:
        print(f"FAILED: {count} events in the files, backtest read {report['input']}")
        return 1
    rows, wrong = compare(report, orders, instant(UNTIL))
    print(f"{count} events, {len(orders)} orders, {rows[0][1]['truths']} broken promises")
    for rule, row in rows:
        print(f"  {rule}: {row['alarms']} alarms, precision {row['precision']:.4f}, recall "
              f"{row['recall']:.4f}, median lead {row['lead'] / DAY_MS:.2f} days")
    for line in wrong:
        print(f"FAILED: {line}")
    failures = len(wrong)
    if arguments.table:
        pathlib.Path(arguments.table).write_text(table(rows) + "\n", encoding="utf-8")
    if failures == 0:
        print(f"all figures equal: {len(rows)} rules, {len(rows[0][1])} figures each")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
