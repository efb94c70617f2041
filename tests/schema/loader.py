"""What the programs say about files: premura check, premura test, premurad --check-config. Many files at one time."""

import json
import os
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def write(path, document):
    """JSON is YAML that every reader takes the same way."""
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def diagnostics_in(text):
    """What the programs write for people, taken apart."""
    return [{"file": file, "severity": severity, "code": code, "line": int(line), "message": message, "hint": hint}
            for file, line, severity, message, code, hint in re.findall(
                r"^(\S+?):(\d+):\d+: (error|warning): (.*) \[(PR\d+)\](?:\n    .*\n    *\^)?(?:\n    hint: (.*))?",
                text, re.M)]


class Programs:
    def __init__(self, premura, premurad):
        self.premura, self.premurad = premura, premurad

    def check(self, documents, beside=()):
        """The diagnostics that are errors, a list for each document. All are read together, with those `beside` them;
        what one says of another (a name that was given already) is left out."""
        def run(folder):
            for number, document in enumerate(beside):
                write(folder / f"beside-{number}.yaml", document)
            return self._json("check", folder)
        return self._ask(documents, run)

    def play(self, documents):
        """The same for rule tests, which are read with the shipped rules and config."""
        def run(folder):
            return self._json("test", folder, "--rules", ROOT / "rules", "--config", ROOT / "config")
        return self._ask(documents, run)

    def settings(self, documents):
        """The same for settings, each a file of conf.d; the main file says what is required."""
        def run(folder):
            conf = folder / "conf.d"
            conf.mkdir()
            for path in folder.glob("*.yaml"):
                path.rename(conf / path.name)
            for file in ("token.txt", "session-key", "proxy-secret", "oidc-secret", "ca.pem", "desk.crt", "desk.key"):
                (conf / file).write_text("a-made-up-token-of-a-test-and-long\n", encoding="utf-8")
            accounts = conf / "accounts.of-a-test"
            accounts.write_text("version: 1\n", encoding="utf-8")
            accounts.chmod(0o600)
            (folder / "premura.yaml").write_text(f"rules: {ROOT}/rules\n", encoding="utf-8")
            return diagnostics_in(self._output(self.premurad, "--config", folder / "premura.yaml", "--check-config"))
        return self._ask(documents, run)

    def accounts(self, documents):
        """The same for files of accounts, one by one."""
        def run(folder):
            found = []
            for path in sorted(folder.glob("*.yaml")):
                path.chmod(0o600)
                found += diagnostics_in(self._output(self.premura, "account", "list", "--file", path))
            return found
        return self._ask(documents, run)

    def _ask(self, documents, run):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "changed.txt").write_text("version: 1\nrules: []\n", encoding="utf-8")
            for number, document in enumerate(documents):
                write(folder / f"{number:06}.yaml", document)
            said = [[] for _ in documents]
            for diagnostic in run(folder):
                file = pathlib.Path(diagnostic["file"])
                mine = file.stem.isdigit() and name in str(file)
                if mine and diagnostic["severity"] == "error" and not diagnostic["hint"].startswith("the first is in"):
                    said[int(file.stem)].append(diagnostic)
            return said

    def _json(self, *words):
        text = self._output(self.premura, *words, "--format", "json")
        return json.loads(text).get("diagnostics", [])

    @staticmethod
    def _output(*words):
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        done = subprocess.run([str(word) for word in words], env=environment, text=True, check=False, cwd=ROOT,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        if done.returncode < 0:
            raise RuntimeError(f"{words[0]} ended by signal {-done.returncode}")
        return done.stdout
