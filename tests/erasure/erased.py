#!/usr/bin/env python3
"""Erases a customer whose orders were late, called about and written about, and then reads every byte that premurad wrote.

    erased.py --build BUILD_FOLDER

With `customer.erased`, and the retention of the log over, no name, number, address or id of the customer stands in the data
file, the log lines or the metrics; those of another customer do, so that the search is known to find. Exit 0 when all
holds, 1 when not, 77 when the mail server of the tests (python3-aiosmtpd) is not installed.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "senders"))
from world import World, event, until  # noqa: E402

MORE = """
version: 1
messages:
  talk:
    without: [cause, date, next_step]
    it: { script: "Buongiorno {{customer.name}}" }
    en: { script: "Hello {{customer.name}}" }
rules:
  - { id: ring, name: Ring, owner: test, subject: order, when: order.paid, where: { order.channel: ring }, expect: parcel.packed,
      within: 1 second, if_late: [{ call: customer, script: talk }] }
"""
ERASED = {"id": "C-zaira-77", "name": "Zaira Zampieri", "phone": "+393339876501", "email": "zaira.z@erased.example", "city": "Cuneello"}
KEPT = {"id": "C-kept-78", "name": "Tiziano Tenuto", "phone": "+393339876502", "email": "tiziano@kept.example", "city": "Pinerello"}


def traces(world, metrics):
    """Which words of whom stand where."""
    places = {path.name: path.read_bytes() for path in world.folder.glob("test.db*")}
    places["premurad.log"] = (world.folder / "premurad.log").read_bytes()
    places["metrics"] = metrics.encode()
    return [(word, name) for person in (ERASED, KEPT) for word in person.values()
            for name, content in places.items() if word.encode() in content]


def check(build, folder):
    world = World(build, folder)
    (folder / "more.yaml").write_text(MORE)
    settings = json.loads((folder / "premura.yaml").read_text())
    settings["rules"].append("more.yaml")
    settings["log"]["sqlite"].update({"keep_consumed": "1 second", "keep_unread": "1 second"})
    (folder / "premura.yaml").write_text(json.dumps(settings))
    try:
        world.mail.start()
        world.start()
        for person in (ERASED, KEPT):
            for channel in ("write", "ring"):
                order = f"{channel}-{person['id'][-2:]}"
                world.post(event("order.paid", order, {"order": {"id": order, "number": order, "channel": channel}, "customer": person}))
        until(lambda: len(world.mail.mails()) == 2, "both are written to")
        until(lambda: len({record["key"] for record in world.records("call-tasks")}) >= 2, "both are to be called")
        found = traces(world, world.get("/metrics")[1])
        for word in ERASED.values():
            assert (word, "test.db") in found or (word, "test.db-wal") in found, f"{word} was never written: the search finds nothing"

        world.post(event("customer.erased", "erase", {"customer": {"id": ERASED["id"]}}))
        until(lambda: world.metric('premura_customers_erased_total{tenant="acme"}') == 1, "the customer is erased")
        until(lambda: world.metric("premura_orders_erased_total") == 2, "both orders forget whose they were")
        # Time goes on, and the log's retention is over.
        for i in range(14):
            world.pay(f"later-{i}", "write", email="later@x.example")
            time.sleep(0.7)
        metrics = world.get("/metrics")[1]
        world.close()
    finally:
        world.close()
    found = traces(world, metrics)
    left = [f"{word} in {name}" for word, name in found if word in ERASED.values()]
    assert not left, "still there: " + ", ".join(left)
    kept = {word for word, name in found if name.startswith("test.db")}
    assert KEPT["id"] in kept and KEPT["name"] in kept, "the other customer is gone as well"
    told = [f"{word} in {name}" for word, name in found if name in ("premurad.log", "metrics")]
    assert not told, "personal data in log lines or metrics: " + ", ".join(told)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, type=pathlib.Path)
    build = parser.parse_args().build.resolve()
    if subprocess.run(["/usr/bin/python3", "-c", "import aiosmtpd"], capture_output=True).returncode != 0:
        print("SKIPPED: the mail server of the tests is not installed (Debian's python3-aiosmtpd)")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        try:
            check(build, pathlib.Path(folder))
        except AssertionError as error:
            print(f"FAILED: {error}")
            print((pathlib.Path(folder) / "premurad.log").read_text()[-2000:])
            return 1
    print("nothing of the erased customer is left in the data file, the log lines and the metrics")
    return 0


if __name__ == "__main__":
    sys.exit(main())
