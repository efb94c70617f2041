"""A gateway that takes what is posted to it, checks the signature as docs/MESSAGES.md says, and keeps it."""

import hashlib
import hmac
import http.server
import json
import threading
import time

TOLERANCE_SECONDS = 300


def is_signed(secret, header, body):
    """Is the body from whoever knows the secret, and new?"""
    parts = dict(part.split("=", 1) for part in header.split(","))
    expected = hmac.new(secret, parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    fresh = abs(time.time() - int(parts["t"])) < TOLERANCE_SECONDS
    return fresh and hmac.compare_digest(expected, parts["v1"])


class WebSink:
    """Serves until it is stopped. What it got stands in `received`, in its order."""

    def __init__(self, secret, port=0):
        self.secret = secret.encode()
        self.received = []
        self.delay = 0.0
        self.status = 200
        self.port = port
        self.lock = threading.Lock()
        self.server = None

    def start(self):
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if sink.server is None:  # what is stopped takes nothing over connections of before either
                    self.close_connection = True
                    return
                with sink.lock:
                    sink.received.append({
                        "at": time.time(), "path": self.path, "key": self.headers["Idempotency-Key"],
                        "signed": is_signed(sink.secret, self.headers["Premura-Signature"], body),
                        "type": self.headers["Content-Type"], "body": body.decode(), "status": sink.status})
                time.sleep(sink.delay)
                try:
                    self.send_response(sink.status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except OSError:
                    pass  # it did not wait for us

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.server = None

    def taken(self):
        with self.lock:
            return list(self.received)

    def bodies(self):
        return [json.loads(one["body"]) for one in self.taken()]
