#!/usr/bin/env python3
"""Are the documents true? Compares docs, man pages and README with the sources and with what the programs print.

    check_docs.py --premura PROGRAM --premurad PROGRAM

Each check yields sentences that say what is not true. Exit 0 when there are none, 1 when there are.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import reading  # noqa: E402
from reading import ROOT, code, read, table  # noqa: E402

# Codes of core/base/diagnostic_codes.cpp that no file of tests/wrong can bring about, and the test that has them.
CODES_ELSEWHERE = {
    "PR001": "tests/core/read_files_test.cpp",  # about files that cannot be read
    "PR139": "tests/core/difference_test.cpp",  # about edits
    "PR180": "tests/core/story_loader_test.cpp",  # about rule tests
    "PR181": "tests/core/story_loader_test.cpp",
    "PR182": "tests/core/story_loader_test.cpp",
    "PR183": "tests/core/story_loader_test.cpp",
    "PR184": "tests/core/story_loader_test.cpp",
    "PR185": "tests/core/story_wrong_test.cpp",
    "PR186": "tests/core/story_wrong_test.cpp",
    "PR187": "tests/core/story_wrong_test.cpp",
    "PR188": "tests/core/story_wrong_test.cpp",
    "PR301": "tests/daemon/settings_test.cpp",  # about settings
    "PR302": "tests/daemon/settings_test.cpp",
    "PR303": "tests/daemon/settings_test.cpp",
    "PR304": "tests/daemon/settings_test.cpp",
    "PR305": "tests/daemon/settings_test.cpp",
    "PR306": "tests/daemon/settings_test.cpp",
    "PR307": "tests/daemon/settings_test.cpp",
    "PR308": "tests/daemon/settings_test.cpp",
    "PR309": "tests/daemon/settings_test.cpp",
    "PR310": "tests/daemon/settings_test.cpp",
    "PR311": "tests/daemon/settings_test.cpp",
    "PR312": "tests/daemon/settings_test.cpp",
    "PR313": "tests/daemon/settings_test.cpp",
    "PR314": "tests/daemon/settings_test.cpp",
    "PR315": "tests/daemon/settings_test.cpp",
    "PR316": "tests/daemon/settings_test.cpp",
    "PR317": "tests/daemon/settings_test.cpp",
    "PR330": "tests/daemon/settings_senders_test.cpp",
    "PR331": "tests/daemon/settings_senders_test.cpp",
    "PR332": "tests/daemon/settings_senders_test.cpp",
    "PR333": "tests/daemon/settings_senders_test.cpp",
    "PR334": "tests/daemon/settings_senders_test.cpp",
    "PR335": "tests/daemon/settings_senders_test.cpp",
    "PR336": "tests/daemon/settings_senders_test.cpp",
    "PR337": "tests/daemon/settings_senders_test.cpp",
    "PR338": "tests/daemon/settings_senders_test.cpp",
    "PR340": "tests/daemon/accounts_test.cpp",
    "PR341": "tests/daemon/accounts_test.cpp",
    "PR342": "tests/daemon/accounts_test.cpp",
    "PR343": "tests/daemon/accounts_test.cpp",
    "PR344": "tests/daemon/accounts_test.cpp",
    "PR345": "tests/daemon/settings_accounts_test.cpp",
    "PR346": "tests/daemon/settings_accounts_test.cpp",
    "PR347": "tests/daemon/settings_accounts_test.cpp",
    "PR348": "tests/daemon/settings_accounts_test.cpp",
    "PR349": "tests/daemon/settings_accounts_test.cpp",
    "PR350": "tests/daemon/settings_accounts_test.cpp",
    "PR351": "tests/daemon/settings_accounts_test.cpp",
}
# Tests whose codes stand in files beside them.
GOLDENS = {"tests/core/story_wrong_test.cpp": "tests/wrong/tests/*.expected"}
# Topics that are nobody else's business, and so not in docs/asyncapi.yaml.
INTERNAL_TOPICS = {"events", "intake", "findings", "order-state", "contact-state", "outbox-state", "house", "house-state", "house-words"}
# Includes that go against the order which docs/ARCHITECTURE.md gives, as it says there.
UPWARD_INCLUDES = {"core/events/decode_context.h"}
# Folders beside the sources that are nobody's.
NO_SOURCES = {"build", "node_modules", "__pycache__"}
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def differences(here, said, there, known):
    """Both ways: what one has and the other has not."""
    for name in sorted(set(known) - set(said)):
        yield f"{here} lacks {name}, which {there} has"
    for name in sorted(set(said) - set(known)):
        yield f"{here} has {name}, which {there} does not have"


def output(*command, folder=ROOT):
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run([str(word) for word in command], cwd=folder, env=environment, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.returncode, done.stdout


# Settings.


def plain(value):
    """Durations in seconds, so that `1 day` is `24 hours`."""
    match = re.fullmatch(r"(\d+) ([a-z]+?)s?", value)
    return int(match[1]) * UNITS[match[2]] if match and match[2] in UNITS else value


def keys_of_yaml(text):
    """Paths of the keys of a settings file, also of those behind a single #."""
    path = []
    for line in text.splitlines():
        match = re.match(r"( *)#?(\w+):(?: |$)", line)
        if match is None:
            continue
        depth = len(match[1]) // 2
        path = [*path[:depth], match[2]]
        yield ".".join(path)


def settings(programs):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "premura.yaml"
        file.write_text(f"rules: {ROOT}/rules\n", encoding="utf-8")
        status, text = output(programs.premurad, "--config", file, "--show-settings", folder=folder)
        if status != 0:
            yield f"premurad --show-settings ends with {status}: {text}"
            return
        shown = dict(re.findall(r"^([\w.]+): ?(.*)$", text, re.M))
        shown["log.sqlite.file"] = pathlib.Path(shown["log.sqlite.file"]).name
    told = {code(row[0])[0]: row[1].strip("`") for row in table(read("docs/SETTINGS.md"), "Key")
            if code(row[0])}
    in_words = {"instance": "host name", "rules": "required", "sources": "own topic"}
    yield from differences("docs/SETTINGS.md", told, "premurad --show-settings", shown)
    for key in told.keys() & shown.keys():
        default = in_words.get(key, shown[key])
        if not default and told[key] in ("–", "none"):
            continue
        if plain(told[key]) != plain(default):
            yield f"docs/SETTINGS.md: the default of {key} is {default or 'nothing'}, not {told[key]}"

    parts = reading.manual_sections("premura.yaml.5")
    lines = [line for part in parts.values() for line in part]
    inside_sources = {"keyed_by_order", "silent_after"}
    in_manual = set(reading.items(lines, "Ic")) - inside_sources
    yield from differences("man/premura.yaml.5", in_manual, "premurad --show-settings", shown)
    for key, default in reading.manual_defaults(lines).items():
        if plain(default) != plain(shown.get(key, default)):
            yield f"man/premura.yaml.5: the default of {key} is {shown[key]}, not {default}"

    in_file = set(keys_of_yaml(read("config/premura.yaml")))
    for key in sorted(shown.keys() - in_file):
        yield f"config/premura.yaml lacks {key}"


# Tables of names.


def metrics(_):
    known = reading.metrics()
    text = read("docs/METRICS.md")
    told = {code(row[0])[0]: set(code(row[1])) for row in table(text, "Metric")}
    gauges = text[text.index("## Gauges"):]
    told |= {code(row[0])[0]: set(code(row[1])) for row in table(gauges, "Metric")}
    yield from differences("docs/METRICS.md", told, "the daemon", known)
    for name in sorted(told.keys() & known.keys()):
        labels = known[name]
        if labels is not None and labels != told[name]:
            yield f"docs/METRICS.md: {name} has the labels {sorted(labels)}, not {sorted(told[name])}"
    for name in sorted(set(re.findall(r"\bpremura_\w+", text)) - set(known)):
        yield f"docs/METRICS.md speaks of {name}, which the daemon does not have"


def vocabulary(_):
    text = read("docs/EVENTS.md")
    for heading, known in zip(("Event", "Fact"), reading.vocabulary()):
        told = {code(row[0])[0]: row[1] for row in table(text, heading)}
        yield from differences("docs/EVENTS.md", told, "core/events/vocabulary.cpp", known)
        for name in sorted(told.keys() & known.keys()):
            if told[name] != known[name]:
                yield f"docs/EVENTS.md: {name} is '{known[name]}', not '{told[name]}'"


def rule_format(_):
    rule = set(reading.names_of_array("core/rules", "rule_keys"))
    step = set(reading.names_of_array("core/rules", "step_keys"))
    filters = set(reading.names_of_array("core/rules", "operator_names"))
    story = "core/story"
    test = set(reading.names_of_array(story, "test_keys"))
    for outcomes in ("then_keys", "suppressed_keys"):
        test |= set(reading.names_of_array(story, outcomes)) - {"at"}
    tenant = set(reading.names_of_array("core/rules", "tenant_keys"))
    calendar = set(reading.names_of_array("core/calendar", "calendar_keys"))
    top = set(reading.names_of_array("core/rules", "top_keys"))

    page = reading.manual_sections("premura-rules.5")
    for section, known in (("DESCRIPTION", top), ("Rules", rule), ("Filters", filters), ("Steps", step),
                           ("Calendars and holidays", calendar), ("Tenants", tenant), ("Tests", test)):
        told = reading.items(page.get(section, []), "Ic")
        yield from differences(f"man/premura-rules.5, {section},", told, "the loader", known)

    text = read("docs/RULES.md")
    rows = table(text, "Key")
    told = [name for row in rows for name in code(row[0])]
    yield from differences("docs/RULES.md", told, "core/rules/rule_loader.cpp", rule)
    for document, names in (("docs/RULES.md", filters | step), ("docs/RULE-TESTS.md", test)):
        for name in sorted(names - words_in_code(read(document))):
            yield f"{document} does not speak of {name}"


def words_in_code(text):
    """The words between back quotes, and the keys of the examples."""
    block = re.compile(r"^```.*?^```", re.S | re.M)
    words = set(re.findall(r"[a-z_]+", " ".join(code(block.sub("", text)))))
    return words | set(re.findall(r"([a-z_]+):", " ".join(block.findall(text))))


def journal(_):
    told = {}
    for line in reading.manual_sections("premurad.8").get("DIAGNOSTICS", []):
        if line.startswith(".It PR"):
            _, number, what = line.split(" ", 2)
            told[number] = what
    known = reading.journal()
    yield from differences("man/premurad.8", told, "daemon/service/journal.cpp", known)
    for number in sorted(told.keys() & known.keys()):
        if told[number] != known[number]:
            yield f"man/premurad.8: {number} is '{known[number]}', not '{told[number]}'"


def diagnostic_codes(_):
    known = set(reading.diagnostic_codes())
    used = set()
    for golden in (ROOT / "tests/wrong").glob("*.expected"):
        used |= set(re.findall(r"\[(PR\d+)\]", golden.read_text(encoding="utf-8")))
    for number in sorted(used - known):
        yield f"tests/wrong has {number}, which core/base/diagnostic_codes.cpp does not explain"
    for number in sorted(known - used - set(CODES_ELSEWHERE)):
        yield f"{number} has no file in tests/wrong"
    for number, test in CODES_ELSEWHERE.items():
        if number not in known or number in used:
            yield f"{number} need not be listed in tests/docs/check_docs.py any more"
        elif not any(number in said for said in (read(test), *map(read, goldens_of(test)))):
            yield f"{number} is not tested in {test}, as tests/docs/check_docs.py says"


def goldens_of(test):
    return [path.relative_to(ROOT) for path in ROOT.glob(GOLDENS[test])] if test in GOLDENS else []


def topics(_):
    text = read("docs/asyncapi.yaml")
    told = re.findall(r"address: premura\.([\w-]+)\.v1", text)
    yield from differences("docs/asyncapi.yaml", told, "daemon/log/topics.h", reading.topics() - INTERNAL_TOPICS)
    sources = "".join(map(read, ("core/contacts/outputs.cpp", "core/contacts/agent_action.cpp", "core/contacts/desk_answer.cpp",
                                  "core/contacts/call_json.cpp", "core/contacts/call_story.cpp", "core/outbox/delivery.cpp",
                                  "core/effect/case_result.cpp", "core/desk/ops_counts.cpp",
                                  "core/outbox/outbox_ends.cpp", "daemon/desk/call_export.cpp")))
    # The record of an incident; below it stands how its state is kept.
    sources += re.search(r'\{"incident", incident\.id\}.*?\{"version"[^\n]*', read("core/incidents/incident.cpp"), re.S).group(0)
    written = set(re.findall(r'(?:\{|body\[)"([a-z_]+)"(?:, (?!")|\])', sources))
    in_text = set(re.findall(r"^ {8,}([\w-]+):(?: \{|$)", text, re.M)) - {"properties", "items", "payload", "headers", "allOf", "premura-rejection"}
    for name in sorted(written - in_text):
        yield f"docs/asyncapi.yaml lacks {name}, which is written"
    for name in sorted(in_text - written - {"content-type"}):
        if "." not in name and not name.startswith("ce_"):
            yield f"docs/asyncapi.yaml has {name}, which is not written"


# Programs and their manual pages.


def options_of(text):
    """The options that a help text lists."""
    options = set()
    for names in re.findall(r"^  (-[^\s{]+)", text, re.M):  # --coverage{told} is --coverage
        options |= set(names.split(","))
    return options


def commands(programs):
    _, text = output(programs.premura, "--help")
    listed = re.findall(r"^  ([a-z]+) ", text[text.index("Subcommands:"):], re.M)
    page = reading.manual_sections("premura.1")
    shared = reading.manual_options(page["DESCRIPTION"])
    yield from differences("man/premura.1", shared, "premura --help", options_of(text))
    told = [name for name in page if re.fullmatch("[a-z]+", name)]
    yield from differences("man/premura.1", told, "premura --help", listed)
    for name in listed:
        _, text = output(programs.premura, name, "--help")
        told = reading.manual_options(page.get(name, [])) | (shared & {"-h", "--help", "--help-all"})
        found = options_of(text)
        # A command of several acts tells the options of all of them.
        if "Subcommands:" in text:
            for act in re.findall(r"^  ([a-z]+) ", text[text.index("Subcommands:"):], re.M):
                found |= options_of(output(programs.premura, name, act, "--help")[1])
        yield from differences(f"man/premura.1, {name},", told, f"premura {name} --help", found)
    _, text = output(programs.premurad, "--help")
    told = reading.manual_options(reading.manual_sections("premurad.8")["DESCRIPTION"])
    yield from differences("man/premurad.8", told, "premurad --help", options_of(text))
    readme = read("README.md")
    for name in re.findall(r"`premura ([a-z]+)\b", readme):
        if name not in listed:
            yield f"README.md speaks of premura {name}, which is no command"


def manual_form(_):
    if shutil.which("mandoc") is None:
        print("note: mandoc is not installed, so the form of the man pages is not checked")
        return
    for page in sorted((ROOT / "man").glob("*.[0-9]")):
        _, text = output("mandoc", "-T", "lint", page)
        for line in text.splitlines():
            # The pages need not be installed, and then do not find each other.
            if "referenced manual not found" not in line and "mandoc.db" not in line:
                yield line


# Examples.


def run_example(programs, where, text):
    config = [ROOT / "config" / part for part in ("calendars", "tenants", "messages")]
    if text.startswith("- id:"):
        text = "version: 1\nrules:\n" + "".join("  " + line for line in text.splitlines(keepends=True))
    if text.startswith("version: 1\naccounts:"):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "accounts.yaml"
            file.write_text(text, encoding="utf-8")
            file.chmod(0o600)
            code, told = output(programs.premura, "account", "list", "--file", file)
            if code != 0:
                yield f"{where}: the example is not right:\n{told}"
        return
    if not text.startswith("version: 1"):
        return
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "example.yaml"
        file.write_text(text, encoding="utf-8")
        if "\ntests:" in text:
            status, said = output(programs.premura, "test", file, "--rules", ROOT / "rules", "--config", *config)
        else:
            status, said = output(programs.premura, "check", file, *config)
    if status != 0 or "warning" in said:
        yield f"{where}: the example is not right:\n{said}"


def examples(programs):
    for name in documents():
        for line, text in reading.examples(read(name)):
            yield from run_example(programs, f"{name}:{line}", text)
    for line, text in reading.manual_examples("premura-rules.5"):
        yield from run_example(programs, f"man/premura-rules.5:{line}", text)


# Paths.


def documents():
    return ["README.md", "CHANGELOG.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]


def is_there(name):
    """A file, a folder, a pattern that fits something, or a program that is built from a file there."""
    name = name.rstrip("/")
    return any(any(ROOT.glob(form)) for form in (name, name + ".cpp", name + ".h"))


def paths(_):
    folders = sorted(path.name for path in ROOT.iterdir()
                     if path.is_dir() and path.name not in NO_SOURCES and not path.name.startswith("."))
    file_names = {path.name for folder in folders for path in (ROOT / folder).rglob("*")}
    file_names |= {path.name for path in ROOT.iterdir()}
    in_repository = re.compile(rf"(?<![\w./<-])(?:\./)?((?:{'|'.join(folders)})/[\w./*-]*[\w*/])")
    for document in documents():
        text = read(document)
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not (ROOT / document).parent.joinpath(target).exists():
                yield f"{document}: the link to {target} leads nowhere"
        for name in sorted(set(in_repository.findall(text))):
            if not is_there(name):
                yield f"{document}: there is no {name}"
        for name in sorted(set(re.findall(r"`([\w-]+\.(?:h|cpp|py|md))`", text))):
            if name not in file_names:
                yield f"{document}: there is no file called {name}"


def architecture(_):
    text = read("docs/ARCHITECTURE.md")
    listing = text[text.index("    core/"):text.index("Includes run one way")]
    parents = (ROOT, ROOT / "core", ROOT / "daemon")
    for parent in parents:
        for path in sorted(parent.iterdir()):
            if not path.is_dir() or path.name in NO_SOURCES or path.name.startswith("."):
                continue
            if f" {path.name}/" not in listing:
                yield f"docs/ARCHITECTURE.md does not list the folder {path.name}"
    for name in re.findall(r"(\w+)/", listing):
        if not any((parent / name).is_dir() for parent in parents):
            yield f"docs/ARCHITECTURE.md lists a folder {name}, which is not there"
    yield from includes(text)


def includes(text):
    """Each file includes only what stands at or after its own folder in the order that the document gives."""
    flat = " ".join(text.split())
    inside = re.search(r"from below to above: ([a-z, ]+), where", flat).group(1).split(", ")
    outside = re.search(r"Includes run one way: `([^`]+)`", flat).group(1).split(" → ")
    for order, parent in ((inside, "core/"), (outside, "")):
        for place, folder in enumerate(order):
            above = order[:place]
            for path in sorted((ROOT / parent / folder).rglob("*")):
                if path.suffix not in (".h", ".cpp"):
                    continue
                name = str(path.relative_to(ROOT))
                found = re.findall(rf'#include "{parent}(\w+)/', path.read_text(encoding="utf-8"))
                for other in sorted(set(found) & set(above)):
                    if name not in UPWARD_INCLUDES:
                        yield f"{name} includes {parent}{other}, against docs/ARCHITECTURE.md"
    for path in sorted((ROOT / "daemon/log").iterdir()):
        for other in re.findall(r'#include "daemon/(?!log/)([\w/]+)', path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(ROOT)} includes daemon/{other}, against docs/ARCHITECTURE.md"


CHECKS = (settings, metrics, vocabulary, rule_format, journal, diagnostic_codes, topics, commands, manual_form,
          examples, paths, architecture)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--premura", required=True, type=lambda name: pathlib.Path(name).resolve())
    parser.add_argument("--premurad", required=True, type=lambda name: pathlib.Path(name).resolve())
    programs = parser.parse_args()
    count = 0
    for check in CHECKS:
        try:
            for sentence in check(programs):
                print(f"{check.__name__}: {sentence}")
                count += 1
        except (LookupError, AttributeError, ValueError) as error:
            print(f"{check.__name__}: cannot be made, so tests/docs must be adapted: {error!r}")
            count += 1
    print(f"{count} untruths" if count else f"{len(CHECKS)} checks: the documents are true")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
