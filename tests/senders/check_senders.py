#!/usr/bin/env python3
"""Sends with premurad through a real mail server and real gateways, slow, dead and killed ones too, and kills premurad.

    check_senders.py --build BUILD_FOLDER [--only NAME] [--jobs N] [--kafka-from-environment]

The stories wait more than they work: three at a time, each with its own daemon, servers, ports and files.
Exit 0 when all holds, 1 when not, 77 when the mail server of the tests (python3-aiosmtpd) is not installed.
"""

import argparse
import collections
import concurrent.futures
import email
import email.policy
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from world import World, event, until  # noqa: E402

PHONE = "+393331112223"


def parsed(mail):
    return email.message_from_string(mail["content"].replace("\r\n", "\n"), policy=email.policy.default)


def each_once(things, count, what):
    counts = collections.Counter(things)
    assert len(counts) == count, f"{what}: {len(counts)} of {count}"
    repeated = {key: times for key, times in counts.items() if times != 1}
    assert not repeated, f"{what}: more than once: {repeated}"


def calm(world):
    """Everything arrives exactly once, encrypted, signed in and signed, in the right form."""
    world.mail.start()
    world.start()
    for i in range(20):
        world.pay(f"M{i}", "write", email=f"anna{i}@x.example", language="en" if i % 2 else "it")
    for i in range(10):
        world.pay(f"S{i}", "write", phone=PHONE)
    world.pay("P1", "press", email="anna@x.example", phone=PHONE)
    world.pay("N1", "write")  # nothing to reach her by
    world.pay("W1", "where", phone=PHONE)  # nobody told where the parcel is
    world.pay("B1", "write", email="nobody@x.example", phone=PHONE)  # the mail server does not know her
    until(lambda: len(world.mail.mails()) >= 22 and len(world.sms.taken()) >= 11 and world.wms.taken(), "all arrives")
    until(lambda: len(world.outcomes()) == 36, "all ends")
    time.sleep(3)
    mails = world.mail.mails()
    each_once([parsed(mail)["Message-ID"] for mail in mails], 22, "mails")
    each_once([one["key"] for one in world.sms.taken()], 11, "SMS")
    each_once([one["key"] for one in world.wms.taken()], 1, "requests")
    assert all(mail["tls"] and mail["signed_in"] for mail in mails), "TLS and sign-in"
    assert all(one["signed"] and one["type"] == "application/json" for one in world.sms.taken()), "signatures"

    to = {mail["to"][0]: parsed(mail) for mail in mails}
    english, italian = to["anna1@x.example"], to["anna0@x.example"]
    assert english["Subject"] == "Order M1 is late" and italian["Subject"] == "Ordine M0 in ritardo"
    sender = english["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("ACME Casa", "care@acme.example")
    assert english["Reply-To"] == "answers@acme.example"
    assert italian["Message-ID"].endswith(".email@acme.example>")
    assert italian.get_body(("plain",)).get_content().startswith("Gentile Anna <b>Rossi</b>,\nil suo ordine è in ritardo.")
    page = italian.get_body(("html",)).get_content()
    assert "Gentile Anna &lt;b&gt;Rossi&lt;/b&gt;" in page and "<b>" not in page, page
    sms = next(body for body in world.sms.bodies() if body["text"].startswith("ACME Casa: ordine S3"))
    assert (sms["to"], sms["from"], sms["segments"], sms["language"]) == (PHONE, "ACME", 1, "it")
    pressed = world.wms.bodies()[0]
    assert pressed["request"] == "pack_first" and "Rossi" not in world.wms.taken()[0]["body"]
    assert "P1" in to["press@courier.example"]["Subject"] and "Rossi" not in str(to["press@courier.example"])
    assert "P1" in to["lead@acme.example"].get_content()

    ends = collections.Counter((end["state"], end["reason"]) for end in world.outcomes().values())
    assert ends == {("sent", ""): 34, ("skipped", "no_address"): 1, ("skipped", "fact_missing"): 1}, ends
    told = collections.Counter()
    for record in world.records("intake"):
        for name in ("contact.sent", "contact.failed", "expedite.sent"):
            told[name] += f'"type":"{name}"' in str(record["value"]).replace(" ", "").replace("'", '"')
    assert told == {"contact.sent": 31, "contact.failed": 2, "expedite.sent": 2}, told
    return f"{len(mails)} mails, {len(world.sms.taken())} SMS, each once"


def slow(world):
    """A gateway that takes half a minute holds up nobody else."""
    world.sms.delay = 30
    world.mail.start()
    world.start()
    for i in range(30):
        world.pay(f"S{i}", "write", phone=PHONE)
    until(lambda: len(world.sms.taken()) >= 2, "the slow gateway has something")
    began = time.time()
    for i in range(20):
        world.pay(f"M{i}", "write", email=f"anna{i}@x.example")
    until(lambda: len(world.mail.mails()) == 20, "mails go out beside it", 20)
    needed = max(mail["at"] for mail in world.mail.mails()) - began
    commits = world.metric('premura_pipeline_commits_total{stage="orders",worker="0"}')
    until(lambda: world.metric('premura_pipeline_commits_total{stage="orders",worker="0"}') > commits, "stages go on", 20)
    assert needed < 10, f"the last mail came after {needed:.1f} s"
    world.sms.delay = 0
    return f"20 mails within {needed:.1f} s of their orders, each late after 1 s, while an SMS takes 30 s"


def dead(world):
    """A gateway that is killed and comes back: nothing is lost, nothing comes twice, ops hear of both."""
    world.mail.start()
    world.start()
    world.sms.stop()
    for i in range(15):
        world.pay(f"S{i}", "write", phone=PHONE)
    until(lambda: world.metric('premura_gateway_circuit_open{gateway="sms"}') == 1, "the circuit opens")
    until(lambda: any(body.get("kind") == "system_unreachable" or body.get("about") == "sms" for body in world.ops.bodies()),
          "ops hear that it does not take anything")
    assert not world.sms.taken()
    world.sms.start()
    until(lambda: len(world.sms.taken()) >= 15, "everything arrives")
    until(lambda: {body["state"] for body in world.ops.bodies()} == {"open", "closed"}, "ops hear that it is back")
    time.sleep(3)
    each_once([one["key"] for one in world.sms.taken()], 15, "SMS")

    world.mail.stop()
    for i in range(10):
        world.pay(f"M{i}", "write", email=f"anna{i}@x.example")
    time.sleep(3)
    world.mail.start()
    until(lambda: len(world.mail.mails()) >= 10, "every mail arrives")
    time.sleep(3)
    each_once([parsed(mail)["Message-ID"] for mail in world.mail.mails()], 10, "mails")
    return "15 SMS and 10 mails, each once"


def solved(world):
    """What is solved while its gateway is down is not sent when it is back."""
    world.start()
    world.sms.stop()
    for i in range(6):
        world.pay(f"S{i}", "write", phone=PHONE)
    until(lambda: world.metric('premura_gateway_circuit_open{gateway="sms"}') == 1, "the circuit opens")
    for i in range(5):
        world.post(event("parcel.packed", f"S{i}", {"order": {"id": f"S{i}"}, "parcel": {"id": f"K{i}"}}))
    until(lambda: sum(end["state"] == "cancelled" for end in world.outcomes().values()) == 5, "five are cancelled")
    world.sms.start()
    until(lambda: world.sms.taken(), "the sixth arrives")
    time.sleep(4)
    assert [body["text"] for body in world.sms.bodies()] == ["ACME Casa: ordine S5 in ritardo."]
    return "5 of 6 cancelled"


def wrong_password(world):
    """A mail server that does not let us in: nothing is refused for good, ops hear, and it is tried again."""
    world.mail.start()
    world.start()
    world.pay("M1", "write", email="anna@x.example")
    until(lambda: world.ops.bodies(), "ops hear of it")
    assert world.ops.bodies()[0]["about"] == "smtp"
    assert world.metric('premura_gateway_attempts_total{gateway="smtp",reason="sign_in",result="failed"}') >= 1
    assert not world.mail.mails() and not world.outcomes().get("M1")
    return "tried on"


def killed(world):
    """SIGKILL at any moment: nothing is lost, and what comes twice comes with the same id and the same bytes."""
    chance = random.Random(int(os.environ.get("PREMURA_SEED", "7")))
    world.sms.delay = 0.6
    world.mail.start(delay=0.6)
    world.start()
    count = 60
    kills = 0
    for i in range(count):
        world.pay(f"M{i}", "write", email=f"anna{i}@x.example")
        world.pay(f"S{i}", "write", phone=PHONE)
        time.sleep(0.15)
        if i % 8 == 7:
            # Every second time while a gateway has something and has not said so yet.
            if kills % 2:
                known = len(world.mail.mails()) + len(world.sms.taken())
                until(lambda: len(world.mail.mails()) + len(world.sms.taken()) > known, "something is on its way")
                time.sleep(chance.random() * 0.3)
            else:
                time.sleep(chance.random())
            world.kill()
            kills += 1
            world.start()
    def ends():
        return [end for end in world.outcomes().values() if end["kind"] == "message"]

    until(lambda: len(ends()) == 2 * count, "all ends", 120)
    assert {end["state"] for end in ends()} == {"sent"}
    mails = collections.defaultdict(set)
    for mail in world.mail.mails():
        mails[parsed(mail)["Message-ID"]].add((mail["to"][0], mail["content"]))
    posts = collections.defaultdict(set)
    for one in world.sms.taken():
        posts[one["key"]].add(one["body"])
    assert len(mails) == count and len(posts) == count, (len(mails), len(posts))
    assert len({to for contents in mails.values() for to, _ in contents}) == count, "one id for each customer"
    assert all(len(contents) == 1 for contents in [*mails.values(), *posts.values()]), "the same bytes each time"
    repeats = len(world.mail.mails()) + len(world.sms.taken()) - 2 * count
    assert repeats > 0, "no kill fell between sending and committing: the test shows nothing"
    return f"{kills} kills, {2 * count} messages, {repeats} repeats, each with its first id and bytes"


def pack(world, order):
    world.post(event("parcel.packed", order, {"order": {"id": order}, "parcel": {"id": f"K-{order}"}}))


def told_of_calls(world):
    """What the dialer took, by task, in its order. A repeat has its first bytes, and nothing comes after a newer version."""
    bytes_of, by_task = {}, collections.defaultdict(list)
    for one in world.dialer.taken():
        assert one["signed"], "signatures"
        assert bytes_of.setdefault(one["key"], one["body"]) == one["body"], f"{one['key']}: other bytes"
        body = json.loads(one["body"])
        assert one["key"] == body["id"] == f"{body['task']}.{body['version']}.dialer", one["key"]
        by_task[body["task"]].append(body)
    for task, told in by_task.items():
        versions = [body["version"] for body in told]
        assert versions == sorted(versions), f"{task}: {versions}"
    return by_task


def newest_calls(world):
    """Of each call task its newest record."""
    newest = {}
    for record in world.records("call-tasks"):
        body = record["value"] if isinstance(record["value"], dict) else json.loads(record["value"])
        if newest.get(record["key"], {"version": 0})["version"] < body["version"]:
            newest[record["key"]] = body
    return newest


def dialer(world):
    """A dialer hears of calls and of their end; one that is killed and comes back has the newest of each."""
    world.start()
    for i in range(8):
        world.pay(f"D{i}", "dial", phone=PHONE)
    until(lambda: len(told_of_calls(world)) == 8, "the calls arrive")
    first = told_of_calls(world)
    assert all([body["event"] for body in told] == ["task.opened"] for told in first.values())
    assert {told[0]["columns"]["order"] for told in first.values()} == {f"D{i}" for i in range(8)}
    assert all(told[0]["columns"]["number"] == PHONE for told in first.values())
    for i in range(4):
        pack(world, f"D{i}")
    until(lambda: sum(told[-1]["event"] == "task.withdrawn" for told in told_of_calls(world).values()) == 4, "four are withdrawn")
    each_once([one["key"] for one in world.dialer.taken()], 12, "words")

    world.dialer.stop()
    for i in range(4):
        world.pay(f"E{i}", "dial", phone=PHONE)
    until(lambda: world.metric('premura_gateway_circuit_open{gateway="dialer"}') == 1, "the circuit opens")
    for i in (0, 1):
        pack(world, f"E{i}")
    for i in (4, 5):
        pack(world, f"D{i}")
    until(lambda: sum(call["state"] == "withdrawn" for call in newest_calls(world).values()) == 8, "eight calls are solved")
    world.dialer.start()

    def there():
        told = told_of_calls(world)
        open_there = {task for task, words in told.items() if words[-1]["state"] == "open"}
        return open_there == {task for task, call in newest_calls(world).items() if call["state"] == "open"}
    until(there, "the dialer has what is open, and nothing else")
    time.sleep(3)
    assert there() and sum(told[-1]["event"] == "task.withdrawn" for told in told_of_calls(world).values()) >= 6
    each_once([one["key"] for one in world.dialer.taken()], len({one["key"] for one in world.dialer.taken()}), "words")
    return f"{len(world.dialer.taken())} words of {len(newest_calls(world))} calls, each once"


def dialer_slow(world):
    """A dialer that takes half a minute holds up nobody else, and hears of the end after the beginning."""
    world.dialer.delay = 20
    world.mail.start()
    world.start()
    for i in range(4):
        world.pay(f"D{i}", "dial", phone=PHONE)
    until(lambda: len(world.dialer.taken()) >= 2, "the slow dialer has something")
    began = time.time()
    for i in range(10):
        world.pay(f"M{i}", "write", email=f"anna{i}@x.example")
    for i in range(4):
        pack(world, f"D{i}")
    until(lambda: len(world.mail.mails()) == 10, "mails go out beside it", 20)
    needed = max(mail["at"] for mail in world.mail.mails()) - began
    assert needed < 10, f"the last mail came after {needed:.1f} s"
    assert all(len(told) == 1 for told in told_of_calls(world).values()), "one word of a call at a time"
    world.dialer.delay = 0
    until(lambda: all(told[-1]["event"] == "task.withdrawn" for told in told_of_calls(world).values()), "all are withdrawn")
    return f"10 mails within {needed:.1f} s beside it"


def dialer_killed(world):
    """SIGKILL at any moment: the newest word of each call arrives, in order, and what comes twice has its first key and bytes."""
    chance = random.Random(int(os.environ.get("PREMURA_SEED", "7")))
    world.dialer.delay = 0.5
    world.start()
    count, kills, packed = 32, 0, 0
    for i in range(count):
        world.pay(f"D{i}", "dial", phone=PHONE)
        time.sleep(0.15)
        if i % 2 and i > 16:
            pack(world, f"D{i - 16}")
            packed += 1
        if i % 8 == 7:
            known = len(world.dialer.taken())
            until(lambda: len(world.dialer.taken()) > known, "something is on its way")
            time.sleep(chance.random() * 0.3)
            world.kill()
            kills += 1
            world.start()
    world.dialer.delay = 0

    def there():
        told, newest = told_of_calls(world), newest_calls(world)
        ends = {task: words[-1]["state"] for task, words in told.items()}
        # One that was packed before it was late has no call.
        return len(newest) >= count - packed and all(
            ends.get(task, "withdrawn") == ("open" if call["state"] == "open" else "withdrawn") for task, call in newest.items())
    until(there, "the dialer has the newest of each", 120)
    time.sleep(3)
    assert there()
    repeats = len(world.dialer.taken()) - len({one["key"] for one in world.dialer.taken()})
    assert repeats > 0, "no kill fell between sending and committing: the test shows nothing"
    return f"{kills} kills, {len(newest_calls(world))} calls, {repeats} repeats, each with its first key and bytes"


TESTS = {
    "calm": (calm, {}),
    "slow": (slow, {}),
    "dead": (dead, {}),
    "solved": (solved, {}),
    "wrong_password": (wrong_password, {"password": "not this one"}),
    "killed": (killed, {}),
    "dialer": (dialer, {"with_dialer": True}),
    "dialer_slow": (dialer_slow, {"with_dialer": True}),
    "dialer_killed": (dialer_killed, {"with_dialer": True}),
}
# Timeouts as of real gateways: the slow one answers within its own.
TIMEOUTS = {"slow": "40 seconds", "dialer_slow": "40 seconds"}


def tell(name, build, kafka):
    """Whether the story holds; prints what was seen, or where it failed."""
    test, options = TESTS[name]
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"premura-senders-{name}-"))
    world = World(build, folder, kafka=kafka, timeout=TIMEOUTS.get(name, "2 seconds"), **options)
    began = time.time()
    try:
        said = test(world)
        world.close()
        print(f"{name}: {said} ({time.time() - began:.0f} s)", flush=True)
        shutil.rmtree(folder)
        return True
    except Exception as error:  # whatever it is, the other stories are told, and no process of this one is left
        place = traceback.extract_tb(error.__traceback__)[1]
        print(f"{name}: FAILED at line {place.lineno}, {place.line}: {error!r}; files in {folder}", flush=True)
        if world.process is not None:
            world.process.kill()
            world.process.wait()
        world.close()
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, type=lambda name: pathlib.Path(name).resolve())
    parser.add_argument("--only", choices=TESTS)
    parser.add_argument("--jobs", type=int, default=3, help="stories at a time (3)")
    parser.add_argument("--kafka-from-environment", action="store_true", help="the log is Kafka; 77 without a broker")
    arguments = parser.parse_args()
    if subprocess.run(["/usr/bin/python3", "-c", "import aiosmtpd"], capture_output=True, check=False).returncode != 0:
        print("SKIPPED: the mail server: python3-aiosmtpd is not installed")
        return 77
    kafka = os.environ.get("KAFKA_BOOTSTRAP") if arguments.kafka_from_environment else None
    if arguments.kafka_from_environment and not kafka:
        print("SKIPPED: real Kafka: KAFKA_BOOTSTRAP is not set")
        return 77
    names = [name for name in TESTS if arguments.only in (None, name)]
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        passed = list(pool.map(lambda name: tell(name, arguments.build, kafka), names))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
