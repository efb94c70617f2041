#!/usr/bin/env python3
"""Backtests topics of a real Kafka: the week of the demo is played into it by `premura feed`, a daemon works on it, and then
`premura backtest --kafka` decides the same as from the file, for the whole week and for a part of it, and leaves the positions
of all groups alone.

    real_kafka.py --build BUILD_FOLDER [--kafka BOOTSTRAP]

Without --kafka the broker that KAFKA_BOOTSTRAP names. Exit 0 when all holds, 1 when not, 77 without a broker.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import demo_week  # noqa: E402
from demo_week import ROOT, UNTIL, WEEK, killed  # noqa: E402

PART = ("2026-06-03", "2026-06-05")


def report(build, folder, name, source, options):
    """What the backtest says, without what differs from one source to the other, and what it decided."""
    actions = folder / f"{name}.jsonl"
    done = subprocess.run([build / "cli" / "premura", "backtest", *source, "--rules", ROOT / "rules",
                           *(word for part in ("calendars", "tenants", "messages")
                             for word in ("--config", ROOT / "config" / part)),
                           "--until", UNTIL, "--actions", actions, "--json", "--quiet", *options],
                          check=True, stdout=subprocess.PIPE)
    figures = json.loads(done.stdout)
    decided = sorted((each["kind"], each["id"]) for each in map(json.loads, actions.read_text().splitlines()))
    return figures["rules"], figures["total"], decided


def positions(build, kafka):
    """Every record that any group's commits have left."""
    done = subprocess.run([build / "tests" / "dump_records", "--kafka", kafka, "__consumer_offsets"], check=True,
                          stdout=subprocess.PIPE)
    return len(done.stdout.splitlines())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--kafka", default=os.environ.get("KAFKA_BOOTSTRAP"))
    arguments = parser.parse_args()
    if not arguments.kafka:
        print("SKIPPED: real Kafka: KAFKA_BOOTSTRAP is not set")
        return 77
    build = arguments.build.resolve()
    failures = []
    with tempfile.TemporaryDirectory(prefix="premura-backtest-") as name:
        folder = pathlib.Path(name)
        log = {"kind": "kafka", "topic_prefix": f"backtest-{os.getpid()}", "partitions": 3,
               "kafka": {"bootstrap": arguments.kafka, "replication": 1}}
        topic = f"{log['topic_prefix']}.events.v1"
        # The daemon makes the topics, and its groups have positions to lose.
        daemon = killed.Daemon(build, folder, "week", log)
        daemon.start()
        deadline = time.time() + 60
        while killed.post(daemon.port, []) == 0 and time.time() < deadline:
            time.sleep(0.1)
        subprocess.run([build / "cli" / "premura", "feed", WEEK, "--kafka", arguments.kafka, "--topic", topic, "--until",
                        UNTIL, "--quiet"], check=True)
        killed.settled(build, log, 3)
        daemon.stop()
        before = positions(build, arguments.kafka)

        source = ["--kafka", arguments.kafka, "--topic", topic]
        for what, options in (("the whole week", ["--by", "event-time"]),
                              (" to ".join(PART), ["--by", "event-time", "--from", PART[0], "--to", PART[1]])):
            from_file = report(build, folder, "file", [WEEK], options)
            from_kafka = report(build, folder, "kafka", source, options)
            same = from_file == from_kafka
            print(f"{what}: {len(from_file[2])} decisions from the file, {len(from_kafka[2])} from Kafka: "
                  f"{'the same' if same else 'NOT the same'}")
            if not same or not from_file[2]:
                failures.append(what)
        after = positions(build, arguments.kafka)
        print(f"records of groups' positions: {before} before, {after} after")
        if before == 0 or before != after:
            failures.append("positions")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
