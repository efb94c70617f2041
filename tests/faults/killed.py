#!/usr/bin/env python3
"""Kills premurad with SIGKILL at random moments while events flow, and compares what is committed in the end with a calm
run: every id exactly once, and the same ids.

    killed.py --build BUILD_FOLDER [--kafka BOOTSTRAP] [--events 50000] [--kills 20] [--seed N]

Without --kafka the log is SQLite, and one daemon is killed. With it two daemons share six partitions, and one of the
two is killed and started anew each time. Exit 0 when all holds, 1 when not.
"""

import argparse
import collections
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import stream  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOPICS = ["findings", "call-tasks", "notifications", "expedites", "quarantine"]
WAIT_SECONDS_MAX = 240


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Daemon:
    """One premurad with a settings file of its own."""

    def __init__(self, build, folder, name, log):
        self.binary = build / "daemon" / "premurad"
        self.port = free_port()
        self.output = folder / f"{name}.log"
        self.settings = folder / f"{name}.yaml"
        parts = {
            "instance": name, "clock": "replay", "workers": 1, "log": log,
            "http": {"listen": f"127.0.0.1:{self.port}"},
            "rules": [str(ROOT / "rules"), str(ROOT / "config/calendars"),
                      str(ROOT / "config/tenants"), str(ROOT / "config/messages")],
        }
        self.settings.write_text(json.dumps(parts))  # JSON is YAML
        self.process = None

    def start(self):
        with open(self.output, "ab") as output:
            self.process = subprocess.Popen([self.binary, "-c", self.settings], stdout=output,
                                            stderr=output)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        if self.process.wait(60) != 0:
            raise SystemExit(f"premurad ended with {self.process.returncode}; see {self.output}\n"
                             + self.output.read_text()[-3000:])

    def alive(self):
        return self.process.poll() is None


def post(port, batch):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/v1/events", body=json.dumps(batch).encode(),
                           headers={"content-type": "application/cloudevents-batch+json"})
        response = connection.getresponse()
        response.read()
        return response.status
    except OSError:
        return 0
    except http.client.HTTPException:
        return 0
    finally:
        connection.close()


def dump(build, log, topic):
    where = (["--sqlite", log["sqlite"]["file"]] if log["kind"] == "sqlite"
             else ["--kafka", log["kafka"]["bootstrap"]])
    text = subprocess.run([build / "tests" / "dump_records", *where, f"{log['topic_prefix']}.{topic}.v1"],
                          capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in text.splitlines()]


def outputs(build, log):
    """How often each id was committed, by topic; progress records are no outputs."""
    found = {}
    for topic in TOPICS:
        ids = collections.Counter()
        for record in dump(build, log, topic):
            if record["headers"].get("ce_type") == "premura.progress":
                continue
            ids[record["headers"].get("ce_id", record["key"])] += 1
        found[topic] = ids
    return found


def settled(build, log, idle_seconds):
    """Waits until nothing is committed any more."""
    before, since = -1, time.time()
    deadline = time.time() + WAIT_SECONDS_MAX
    while time.time() < deadline:
        count = sum(len(dump(build, log, topic)) for topic in ("findings", "call-tasks"))
        if count != before:
            before, since = count, time.time()
        elif time.time() - since > idle_seconds:
            return
        time.sleep(1)
    raise SystemExit("the run did not settle")


def feed(daemons, events, until, seconds):
    """Posts everything, over `seconds` at least, to whichever daemon answers; again when nobody did."""
    size = 500
    batches = [events[i:i + size] for i in range(0, len(events), size)]
    batches.append([{"specversion": "1.0", "id": "clock", "source": "/test", "type": "premura.clock",
                     "time": until}])
    pause = seconds / len(batches)
    for number, batch in enumerate(batches):
        deadline = time.time() + WAIT_SECONDS_MAX
        while True:
            daemon = daemons[number % len(daemons)]
            if post(daemon.port, batch) == 202:
                break
            number += 1
            if time.time() > deadline or not daemon.alive():
                raise SystemExit(f"no daemon takes events; see {daemon.output}\n"
                                 + daemon.output.read_text()[-3000:])
            time.sleep(0.05)
        yield pause


def run(build, folder, name, log, events, until, kills, chance, members):
    daemons = [Daemon(build, folder, f"{name}-{i}", log) for i in range(members)]
    for daemon in daemons:
        daemon.start()
    killed = 0
    started = time.time()
    seconds = kills * 1.2
    for pause in feed(daemons, events, until, seconds):
        time.sleep(pause)
        due = (time.time() - started) / 1.2
        if killed < kills and due > killed + chance.random():
            victim = chance.choice(daemons)
            victim.kill()
            killed += 1
            time.sleep(chance.random() * 0.3)
            victim.start()
    # What is left of the kills falls into the time in which the backlog is worked off.
    while killed < kills:
        victim = chance.choice(daemons)
        time.sleep(chance.random())
        victim.kill()
        killed += 1
        victim.start()
    settled(build, log, 20 if log["kind"] == "kafka" else 5)
    for daemon in daemons:
        daemon.stop()
    return outputs(build, log), killed


def log_settings(arguments, folder, name):
    if arguments.kafka:
        return {"kind": "kafka", "topic_prefix": f"premura-{name}-{os.getpid()}", "partitions": 6,
                "kafka": {"bootstrap": arguments.kafka, "replication": 1}}
    return {"kind": "sqlite", "topic_prefix": "premura", "partitions": 1,
            "sqlite": {"file": str(folder / f"{name}.db")}}


def newest_versions(ids):
    """Call tasks lie in a compacted topic: of several versions only the newest is sure to be there."""
    newest = {}
    for versioned in ids:
        task, version = versioned.rsplit(".", 1)
        newest[task] = max(newest.get(task, 0), int(version))
    return {f"{task}.{version}" for task, version in newest.items()}


def compare(calm, torn):
    failures = []
    for topic in TOPICS:
        repeated = [key for key, count in torn[topic].items() if count != 1]
        if topic == "call-tasks":
            calm[topic], torn[topic] = newest_versions(calm[topic]), newest_versions(torn[topic])
        missing = set(calm[topic]) - set(torn[topic])
        extra = set(torn[topic]) - set(calm[topic])
        print(f"  {topic}: {len(torn[topic])} ids; {len(missing)} missing, {len(extra)} too many, "
              f"{len(repeated)} repeated")
        if repeated or missing or extra:
            failures.append((topic, sorted(missing)[:3], sorted(extra)[:3], repeated[:3]))
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--kafka", help="bootstrap address of a real broker")
    parser.add_argument("--kafka-from-environment", action="store_true",
                        help="the broker that KAFKA_BOOTSTRAP names; exit 77 when it is not set")
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()

    if arguments.kafka_from_environment:
        arguments.kafka = os.environ.get("KAFKA_BOOTSTRAP")
        if not arguments.kafka:
            print("SKIPPED: real Kafka: KAFKA_BOOTSTRAP is not set")
            return 77
    print(f"seed {arguments.seed}")
    chance = random.Random(arguments.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="premura-killed-"))
    events = stream.events(arguments.events)
    until = stream.text_of(stream.START + stream.datetime.timedelta(days=60))
    members = 2 if arguments.kafka else 1
    results = []
    for name, kills in (("calm", 0), ("torn", arguments.kills)):
        log = log_settings(arguments, folder, name)
        result, killed = run(arguments.build, folder, name, log, events, until, kills, chance, members)
        total = sum(sum(ids.values()) for ids in result.values())
        print(f"{name}: {len(events)} events, {killed} kills, {total} committed outputs")
        results.append(result)
    failures = compare(*results)
    if failures or not results[0]["call-tasks"]:
        print(f"FAILED: {failures}; files in {folder}")
        return 1
    shutil.rmtree(folder)
    print("every id exactly once, and the same as in the calm run")
    return 0


if __name__ == "__main__":
    sys.exit(main())
