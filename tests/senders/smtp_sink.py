#!/usr/bin/python3
"""A real SMTP server that keeps what it gets: one JSON object a line in a file. Needs Debian's python3-aiosmtpd.

    smtp_sink.py --port PORT --out FILE --cert PEM --key PEM --user NAME --password SECRET [--delay SECONDS]

Asks for STARTTLS and a sign-in. Refuses addresses that begin with `nobody` for good. Keeps a mail, waits for the delay, and
only then says that it has it.
"""

import argparse
import asyncio
import json
import ssl
import time
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Keeper:
    def __init__(self, arguments):
        self.arguments = arguments

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):
        with open(self.arguments.out, "a", encoding="utf-8") as out:
            out.write(json.dumps({"at": time.time(), "from": envelope.mail_from, "to": envelope.rcpt_tos,
                                  "tls": session.ssl is not None, "signed_in": bool(session.authenticated),
                                  "content": envelope.content.decode("utf-8")}) + "\n")
        await asyncio.sleep(self.arguments.delay)
        return "250 OK"


class Sink(Controller):
    def factory(self):
        arguments = self.handler.arguments
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments.cert, arguments.key)

        def sign_in(_server, _session, _envelope, _mechanism, data):
            fits = (data.login.decode(), data.password.decode()) == (arguments.user, arguments.password)
            return AuthResult(success=fits, handled=False)

        return SMTP(self.handler, tls_context=context, require_starttls=True, authenticator=sign_in,
                    auth_required=True)


def main():
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    for name in ("out", "cert", "key", "user", "password"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--delay", type=float, default=0)
    sink = Sink(Keeper(parser.parse_args()), hostname="127.0.0.1", port=0)
    sink.port = sink.handler.arguments.port
    sink.start()
    print("listening", flush=True)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
