"""What the tests of senders work with: premurad with its settings, a mail server, gateways, and orders that are late at once."""

import datetime
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

from web_sink import WebSink

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECRET = "a secret of the gateways, made up"
MAIL_USER, MAIL_PASSWORD = "premura", "sesame open"
PATIENCE_SECONDS = 60

CONFIG = """
version: 1
tenants:
  acme:
    brand: ACME Casa
    timezone: Europe/Rome
    languages: [it, en]
    surge: []  # all of them are late at once, and none is to be held
    contact:
      messages: { hours: { monday-sunday: "00:00-24:00" } }
      calls: { hours: { monday-sunday: "00:00-24:00" }, never: [] }
    teams:
      care-lead: { email: lead@acme.example }
    channels:
      preferred: [email, sms]
      email: { from: "ACME Casa <care@acme.example>", reply_to: answers@acme.example }
      sms: { gateway: sms, from: ACME }
    systems:
      warehouse: { gateway: wms }
      courier: { email: press@courier.example }

messages:
  late:
    it:
      email: { subject: "Ordine {{order.number}} in ritardo", text: "Gentile {{customer.name}},\\nil suo ordine è in ritardo.\\n{{brand}}" }
      sms: "{{brand}}: ordine {{order.number}} in ritardo."
    en:
      email: { subject: "Order {{order.number}} is late", text: "Dear {{customer.name}},\\nyour order is late.\\n{{brand}}" }
      sms: "{{brand}}: order {{order.number}} is late."
  where:
    it: { sms: "{{brand}}: il pacco è a {{shipment.location}}." }
    en: { sms: "{{brand}}: your parcel is in {{shipment.location}}." }

rules:
  - { id: write, name: Late, owner: test, subject: order, when: order.paid, where: { order.channel: write }, expect: parcel.packed,
      within: 1 second, if_late: [{ notify: customer, message: late }] }
  - { id: where, name: Where, owner: test, subject: order, when: order.paid, where: { order.channel: where }, expect: parcel.packed,
      within: 1 second, if_late: [{ notify: customer, message: where }] }
  - { id: press, name: Press, owner: test, subject: order, when: order.paid, where: { order.channel: press }, expect: parcel.packed,
      within: 1 second, if_late: [{ expedite: warehouse, request: pack_first }, { expedite: courier, request: find },
      { escalate: care-lead }] }
  - { id: call, name: Call, owner: test, subject: order, when: order.paid, where: { order.channel: call }, expect: parcel.packed,
      within: 1 second, if_late: [{ escalate: care-lead }] }
"""

# A tool that dials, for the tests of it.
DIALER = """
version: 1
dialers:
  ours:
    columns: { lead: task, number: phone, state: state, order: order.number }
messages:
  speak:
    it: { script: "L'ordine {{order.number}} è in ritardo." }
    en: { script: "Order {{order.number}} is late." }
rules:
  - { id: dial, name: Dial, owner: test, subject: order, when: order.paid, where: { order.channel: dial }, expect: parcel.packed,
      within: 1 second, if_late: [{ call: customer, script: speak }] }
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, what, seconds=PATIENCE_SECONDS):
    """Waits for it, and says what did not come."""
    deadline = time.time() + seconds
    while time.time() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} seconds")


class MailServer:
    def __init__(self, folder):
        self.folder, self.port, self.process = folder, free_port(), None
        self.out = folder / "mail.jsonl"
        self.cert, self.key = folder / "mail-cert.pem", folder / "mail-key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.cert],
                       check=True, capture_output=True)

    def start(self, delay=0.0):
        self.process = subprocess.Popen(
            ["/usr/bin/python3", pathlib.Path(__file__).with_name("smtp_sink.py"), "--port", str(self.port), "--out",
             self.out, "--cert", self.cert, "--key", self.key, "--user", MAIL_USER, "--password", MAIL_PASSWORD,
             "--delay", str(delay)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout.readline().strip() == "listening"

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process = None

    def mails(self):
        return [json.loads(line) for line in self.out.read_text().splitlines()] if self.out.exists() else []


class World:
    """premurad on SQLite with a mail server and three webhooks: sms, wms and ops; and with a dialer, when it is asked for."""

    def __init__(self, build, folder, senders=None, password=MAIL_PASSWORD, kafka=None, timeout="2 seconds", with_dialer=False):
        self.build, self.folder = build, folder
        self.mail = MailServer(folder)
        self.sms, self.wms, self.ops = (WebSink(SECRET).start() for _ in range(3))
        self.dialer = WebSink(SECRET).start() if with_dialer else None
        named = {"sms": self.sms, "wms": self.wms, "ops": self.ops} | ({"dialer": self.dialer} if with_dialer else {})
        config = CONFIG
        if with_dialer:
            config = config.replace("    systems:\n", "    dialer: { gateway: dialer, map: ours }\n    systems:\n")
            (folder / "dialer.yaml").write_text(DIALER)
        (folder / "config.yaml").write_text(config)
        for name, secret in (("secret", SECRET), ("password", password)):
            (folder / name).write_text(secret + "\n")
            (folder / name).chmod(0o600)
        self.port = free_port()
        hooks = [{"name": name, "url": f"http://127.0.0.1:{sink.port}/{name}", "secret_file": "./secret",
                  "timeout": timeout} for name, sink in named.items()]
        settings = {
            "instance": "test", "workers": 1, "rules": ["config.yaml"] + (["dialer.yaml"] if with_dialer else []), "http": {"listen": f"127.0.0.1:{self.port}"},
            "log": {"kind": "sqlite", "partitions": 2, "sqlite": {"file": "test.db"}},
            "orders": {"settle": "at once"}, "pipeline": {"progress_interval": "1 second"},
            "senders": {
                "smtp": {"host": "127.0.0.1", "port": self.mail.port, "tls": "starttls", "ca_file": "mail-cert.pem",
                         "user": MAIL_USER, "password_file": "./password", "from": "Premura <premura@example.org>",
                         "timeout": "2 seconds"},
                "webhooks": hooks, "ops": {"webhook": "ops"}, "retry_first": "1 second", "retry_longest": "2 seconds",
                "lease": "4 seconds" if timeout == "2 seconds" else "2 minutes", "circuit_pause": "1 second", "attempts_max": 50, **(senders or {})},
        }
        if kafka:
            settings["log"] = {"kind": "kafka", "topic_prefix": f"senders-{os.getpid()}-{self.port}", "partitions": 2,
                               "kafka": {"bootstrap": kafka, "replication": 1}}
        self.log = settings["log"]
        (folder / "premura.yaml").write_text(json.dumps(settings))
        self.process = None

    def start(self):
        with open(self.folder / "premurad.log", "ab") as output:
            self.process = subprocess.Popen([self.build / "daemon" / "premurad", "-c", self.folder / "premura.yaml"],
                                            stdout=output, stderr=output)
        until(self.healthy, "premurad starts")

    def healthy(self):
        assert self.process.poll() is None, (self.folder / "premurad.log").read_text()[-2000:]
        return self.get("/health")[0] == 200

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            assert self.process.wait(30) == 0, "premurad did not end well"
        self.mail.stop()
        for sink in (self.sms, self.wms, self.ops, self.dialer):
            if sink and sink.server:
                sink.stop()

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def metric(self, line):
        """The value of a series, such as `premura_gateway_waiting{gateway="sms"}`; 0 when there is none."""
        for row in self.get("/metrics")[1].splitlines():
            if row.startswith(line + " "):
                return float(row.rsplit(" ", 1)[1])
        return 0.0

    def post(self, *events):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("POST", "/v1/events", body=json.dumps(list(events)).encode(),
                           headers={"content-type": "application/cloudevents-batch+json"})
        response = connection.getresponse()
        response.read()
        assert response.status == 202, response.status

    def pay(self, order, channel, **customer):
        """An order that is late a second from now."""
        self.post(event("order.paid", order, {"order": {"id": order, "number": order, "channel": channel},
                                              "customer": {"id": "C-" + order, "name": "Anna <b>Rossi</b>", **customer}}))

    def records(self, topic):
        where = (["--sqlite", self.folder / self.log["sqlite"]["file"]] if self.log["kind"] == "sqlite"
                 else ["--kafka", self.log["kafka"]["bootstrap"]])
        prefix = self.log.get("topic_prefix", "premura")
        text = subprocess.run([self.build / "tests" / "dump_records", *where, f"{prefix}.{topic}.v1"],
                              capture_output=True, text=True, check=True).stdout
        return [json.loads(line) for line in text.splitlines()]

    def outcomes(self):
        """What became of each, by its id."""
        ends = {}
        for record in self.records("deliveries"):
            kind = record["headers"].get("ce_type", "").split(".")
            if len(kind) == 4 and kind[2] in ("sent", "failed", "cancelled", "expired", "skipped"):
                body = record["value"] if isinstance(record["value"], dict) else json.loads(record["value"])
                assert record["key"] not in ends, "one end for each"
                ends[record["key"]] = body
        return ends


def event(kind, order, data):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
    return {"specversion": "1.0", "id": f"{kind}-{order}", "source": "/test", "type": kind, "time": now,
            "tenant": "acme", "data": data}
