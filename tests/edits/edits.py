#!/usr/bin/env python3
"""Edits the rules of a running premurad, each kind of the table in docs/RULES.md once, and compares what it does with
what the table says: what `premura diff` foretells, what was told before the edit, what is told after it, and that a stop and
a start tell nothing again.

    edits.py --build BUILD_FOLDER [--kafka BOOTSTRAP]

Without --kafka the log is SQLite. Exit 0 when all holds, 1 when not.
"""

import argparse
import datetime
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

WAIT_SECONDS_MAX = 60

BRAND = """version: 1
calendars:
  day-and-night: { name: Always, timezone: Europe/Rome, open: { monday-sunday: 00:00-24:00 }%s }
tenants:
  shop:
    brand: Shop
    timezone: Europe/Rome
    languages: [en]
    calendars: { care: day-and-night }
    teams: { boss: { email: boss@shop.example } }
messages:
  sorry: { en: { script: "Say sorry to {{customer.name}}: it is late because of us and comes tomorrow. Nothing to do." } }
"""

ESCALATE = "[{ escalate: boss }]"
CALL = "[{ call: customer, script: sorry }]"


def rule(row, within="3 hours", steps=ESCALATE, rule_id=None, **more):
    """One rule that is about one order alone. `more` are further keys."""
    keys = {"id": rule_id or row, "name": more.pop("name", "Not in time"), "owner": "care", "subject": "order",
            "when": "order.placed", "expect": more.pop("expect", "order.paid"), "within": within}
    if "where" not in more:
        more["where"] = f"{{ order.channel: {row} }}"
    keys.update(more)
    keys["if_late"] = steps
    return "  - " + "\n    ".join(f"{key}: {value}" for key, value in keys.items()) + "\n"


# Every order was placed two hours ago, so that 3 hours still run and 1 hour is over. Of each row: the rule before and
# after; what is told before; what `premura diff` foretells; what is told after.
def late(row, verb="escalate", target="boss"):
    return [f"late {row}", f"step {row} {verb} {target}"]


ROWS = {
    "shorter": (rule("shorter"), rule("shorter", "1 hour"), [],
                {"earlier": 1, "late_at_once": 1}, [line + " by edit" for line in late("shorter")]),
    "longer": (rule("longer", "1 hour"), rule("longer", "3 hours"), late("longer"),
               {"later": 1, "closed_at_once": 1}, ["closed longer deadline_moved"]),
    "called": (rule("called", "1 hour", CALL), rule("called", "3 hours", CALL), late("called", "call", "customer"),
               {"later": 1}, []),
    "kept": (rule("kept", on_edit="keep"), rule("kept", "1 hour", on_edit="keep"), [], {}, []),
    "hours": (rule("hours", "3 business hours", calendar="care"), rule("hours", "3 business hours", calendar="care"), [],
              {"later": 1}, []),
    "filtered": (rule("filtered"), rule("filtered", where="{ order.channel: nobody }"), [], {"cancelled": 1}, []),
    "filtered-open": (rule("filtered-open", "1 hour"), rule("filtered-open", "1 hour", where="{ order.channel: nobody }"),
                      late("filtered-open"), {}, []),
    "asked": (rule("asked"), rule("asked", only_if="order.total >= 100.0"), [], {"cancelled": 1}, []),
    "expects": (rule("expects", "1 hour"), rule("expects", "1 hour", expect="[order.paid, order.held]"),
                late("expects"), {"cancelled": 1, "closed_at_once": 1}, ["closed expects false_alarm_late_data"]),
    "unless": (rule("unless"), rule("unless", unless="order.held"), [], {"cancelled": 1}, []),
    "removed": (rule("removed", "1 hour"), "", late("removed"), {"cancelled": 1, "closed_at_once": 1},
                ["closed removed rule_removed"]),
    "removed-waiting": (rule("removed-waiting"), "", [], {"cancelled": 1}, []),
    "renamed": (rule("renamed", "1 hour"), rule("renamed", "1 hour", rule_id="renamed-now", was="renamed"),
                late("renamed"), {}, []),
    "added": ("", rule("added", "1 hour"), [], {}, []),
    "backfilled": ("", rule("backfilled", "1 hour", backfill="5 hours"), [], {"started": 1, "late_at_once": 1},
                   late("backfilled")),
    "steps": (rule("steps", "1 hour", "[{ id: first, escalate: boss }, { id: last, after: 9 hours, call: customer, script: sorry }]"),
              rule("steps", "1 hour", "[{ id: new, expedite: warehouse, request: pack_today }, { id: first, escalate: boss }, "
                                      "{ id: late, after: 5 minutes, escalate: boss }, { id: last, after: 9 hours, call: customer, script: sorry }]"),
              late("steps"), {}, []),
    "tried": (rule("tried", "1 hour", CALL, mode="trial"), rule("tried", "1 hour", CALL, mode="live"),
              [line + " on trial" for line in late("tried", "call", "customer")], {}, []),
    "named": (rule("named"), rule("named", name="Another name"), [], {}, []),
}


class Failure(Exception):
    pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, holds):
    end = time.monotonic() + WAIT_SECONDS_MAX
    while not holds():
        if time.monotonic() > end:
            raise Failure(f"waited {WAIT_SECONDS_MAX} s for {what}")
        time.sleep(0.1)


class Shop:
    def __init__(self, build, folder, kafka):
        self.build, self.folder = build, folder
        self.port = free_port()
        log = {"kind": "sqlite", "partitions": 2}
        if kafka:
            log = {"kind": "kafka", "topic_prefix": f"edits-{os.getpid()}", "partitions": 2,
                   "kafka": {"bootstrap": kafka, "replication": 1}}
        (folder / "premura.yaml").write_text(json.dumps({
            "instance": "edits", "workers": 2, "log": log, "rules": ["rules"],
            "http": {"listen": f"127.0.0.1:{self.port}"}, "orders": {"settle": "at once"},
            "reload": {"quiet": "1 second", "new_late_max": 0}}))
        (folder / "rules").mkdir()
        self.write(0)

    def write(self, side, more=""):
        hours = BRAND % ""
        if side == 1:
            # The day of the order and the days around it are closed from now on.
            today = datetime.date.today()
            span = [(today + datetime.timedelta(days=days)).isoformat() for days in (-2, 1)]
            hours = BRAND % f", closed: [{{ from: {span[0]}, to: {span[1]}, name: Closed }}]"
        rules = "version: 1\nrules:\n" + "".join(row[side] for row in ROWS.values()) + more
        for name, text in (("brand.yaml", hours), ("rules.yaml", rules)):
            part = self.folder / "rules" / f".{name}"
            part.write_text(text)
            part.rename(self.folder / "rules" / name)

    def start(self):
        output = open(self.folder / "premurad.log", "ab")
        self.process = subprocess.Popen([self.build / "daemon/premurad", "-c", self.folder / "premura.yaml"],
                                        stdout=output, stderr=output)
        until("premurad to start", lambda: self.health().get("status") in ("ok", "degraded"))
        self.stream = self.folder / f"stream-{time.monotonic_ns()}"
        self.watch = subprocess.Popen([self.build / "cli/premura", "watch", "--json", "--from-start", "--from",
                                       f"http://127.0.0.1:{self.port}"], stdout=open(self.stream, "wb"))

    def stop(self):
        self.watch.send_signal(signal.SIGINT)
        self.watch.wait(20)
        self.process.terminate()
        if self.process.wait(60) != 0:
            raise Failure(f"premurad ended with {self.process.returncode}")

    def request(self, method, path, body=None, kind="application/json"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            connection.request(method, path, body=body, headers={"content-type": kind} if body else {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def health(self):
        try:
            return json.loads(self.request("GET", "/health")[1])
        except OSError:
            return {}

    def post(self, events):
        status, text = self.request("POST", "/v1/events", json.dumps(events).encode(), "application/cloudevents-batch+json")
        if status != 202:
            raise Failure(f"POST /v1/events answers {status}: {text}")

    def premura(self, *arguments):
        done = subprocess.run([self.build / "cli/premura", *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def told(self):
        """What was told of each row since the start of the watch, in order."""
        rows = {}
        for line in self.stream.read_text().splitlines():
            body = json.loads(line)
            # Findings; what the house is told of late cases names no rule.
            if "kind" not in body or "case" not in body or "rule" not in body:
                continue
            text = f"{body['kind']} {body['rule']}"
            if body["kind"] == "step":
                text += f" {body['verb']} {body['target']}"
            if body["kind"] == "closed":
                text += f" {body['reason']}"
            text += " on trial" if body["mode"] == "trial" else ""
            text += " by edit" if body.get("by_edit") else ""
            rows.setdefault(body["order"], []).append(text)
        return rows


def compare(what, found, expected):
    wrong = [f"{what}: {row}: {found.get(row, [])} instead of {lines}"
             for row, lines in expected.items() if found.get(row, []) != lines]
    wrong += [f"{what}: {row} was not expected to be told: {lines}" for row, lines in found.items() if row not in expected]
    if wrong:
        raise Failure("\n".join(wrong))


def run(shop):
    now = datetime.datetime.now(datetime.timezone.utc)
    placed = (now - datetime.timedelta(hours=2)).isoformat(timespec="milliseconds")
    held = (now - datetime.timedelta(minutes=110)).isoformat(timespec="milliseconds")

    def event(row, kind, at, number):
        return {"specversion": "1.0", "id": f"{row}-{number}", "source": "/edits", "type": kind, "time": at, "subject": row,
                "data": {"order": {"id": row, "channel": row, "total": 5}, "customer": {"id": f"C-{row}", "name": "Anna"}}}

    shop.start()
    shop.post([event(row, "order.placed", placed, 1) for row in ROWS] +
              [event(row, "order.held", held, 2) for row in ("expects", "unless")])
    before = {row: parts[2] for row, parts in ROWS.items()}
    until("what is late before the edit", lambda: sum(map(len, shop.told().values())) >= sum(map(len, before.values())))
    time.sleep(1)
    compare("before the edit", shop.told(), before)

    # The folder changes: too much would be late at once, so the daemon keeps the old rules and says so.
    address = f"http://127.0.0.1:{shop.port}"
    shop.write(1)
    until("the change of the folder to be refused", lambda: shop.health().get("rule_set", {}).get("last_reload_ok") is False)
    compare("after the refusal", shop.told(), before)
    code, text = shop.premura("reload", "--to", address)
    if code != 1 or "would be late at once, more than 0" not in text:
        raise Failure(f"premura reload without --yes ends with {code}: {text}")

    code, text = shop.premura("diff", "--on", address, "--json")
    if code != 0:
        raise Failure(f"premura diff ends with {code}: {text}")
    foretold = {}
    names = ("earlier", "later", "started", "cancelled", "late_at_once", "closed_at_once")
    for row in json.loads(text)["rules"]:
        counts = {name: row[name] for name in names if row[name] != 0}
        foretold[row["rule"]] = counts
    expected = {("renamed-now" if row == "renamed" else row): parts[3] for row, parts in ROWS.items()}
    wrong = [f"diff: {row}: {foretold.get(row, {})} instead of {counts}"
             for row, counts in expected.items() if foretold.get(row, {}) != counts]
    if wrong:
        raise Failure("\n".join(wrong))

    code, text = shop.premura("reload", "--to", address, "--yes")
    if code != 0:
        raise Failure(f"premura reload --yes ends with {code}: {text}")
    after = {row: parts[2] + parts[4] for row, parts in ROWS.items()}
    until("what the edit brings about", lambda: sum(map(len, shop.told().values())) >= sum(map(len, after.values())))
    time.sleep(2)
    compare("after the edit", shop.told(), after)

    # The case that was renamed goes on under its new name.
    shop.post([event("renamed", "order.paid", now.isoformat(timespec="milliseconds"), 3)])
    until("the renamed case to close", lambda: len(shop.told()["renamed"]) == len(after["renamed"]) + 1)
    if shop.told()["renamed"][-1] != "closed renamed-now done_late":
        raise Failure(f"the renamed case: {shop.told()['renamed']}")

    # Edits that no clock survives, and files with mistakes, leave the old rules in use: by SIGHUP this time.
    digest = shop.health()["rule_set"]["digest"]
    for wrong_rules, code in (
            (rule("named", when="order.paid", expect="order.held", name="Another name"), "PR139"),
            ("  - id: broken\n", "PR102")):
        ROWS_BEFORE = ROWS["named"]
        ROWS["named"] = (ROWS_BEFORE[0], wrong_rules, *ROWS_BEFORE[2:])
        shop.write(1)
        ROWS["named"] = ROWS_BEFORE
        shop.process.send_signal(signal.SIGHUP)
        until(f"{code} to be told", lambda: code in str(shop.health()["rule_set"].get("last_reload_problem")))
        if shop.health()["rule_set"]["digest"] != digest:
            raise Failure("rules with errors are in use")
    shop.write(1)
    until("the good rules to be taken again", lambda: shop.health()["rule_set"]["last_reload_ok"])

    # A stop and a start under the same rules tell nothing again.
    shop.stop()
    shop.start()
    time.sleep(4)
    compare("after a start", shop.told(), {})
    shop.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--kafka")
    parser.add_argument("--kafka-from-environment", action="store_true",
                        help="the broker that KAFKA_BOOTSTRAP names; exit 77 when it is not set")
    arguments = parser.parse_args()
    if arguments.kafka_from_environment:
        arguments.kafka = os.environ.get("KAFKA_BOOTSTRAP")
        if not arguments.kafka:
            print("SKIPPED: real Kafka: KAFKA_BOOTSTRAP is not set")
            return 77
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shop = Shop(arguments.build.resolve(), folder, arguments.kafka)
        try:
            run(shop)
        except Failure as failure:
            print(f"FAILED\n{failure}\n--- the end of premurad's log:")
            print((folder / "premurad.log").read_text()[-3000:])
            return 1
        finally:
            for process in (getattr(shop, "watch", None), getattr(shop, "process", None)):
                if process and process.poll() is None:
                    process.kill()
    print(f"{len(ROWS)} kinds of edits on {'Kafka' if arguments.kafka else 'SQLite'}: as the table says")
    return 0


if __name__ == "__main__":
    sys.exit(main())
