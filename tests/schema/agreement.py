"""Files against both: what a loader takes the schema takes, and what a schema can see it refuses as the loader does."""

import collections
import dataclasses
import pathlib
import re

import mutations
import reading
import schemas
import vocabulary
from loader import ROOT, Programs
from schemas import ACCOUNTS, RULE_SET, RULE_TESTS, SETTINGS

HERE = pathlib.Path(__file__).resolve().parent

# What a loader refuses with these codes alone a schema need not see; the words say why not. Any other code it must.
LOADER_ALONE = {
    "PR001": "the folder", "PR122": "calendars of rule and step together", "PR126": "compares lists", "PR127": "compares lists",
    "PR129": "compares values", "PR130": "compares durations", "PR135": "CEL", "PR136": "the lists", "PR137": "CEL",
    "PR140": "the calendars", "PR141": "the holidays", "PR142": "the messages", "PR143": "the messages",
    "PR145": "the tenants", "PR146": "the tenants", "PR148": "the tenants", "PR149": "the rules", "PR153": "compares times",
    "PR160": "the zones", "PR161": "what `never` is for", "PR170": "templates", "PR175": "the facts", "PR176": "counts columns", "PR177": "the dialers", "PR182": "the rules",
    "PR184": "compares times", "PR186": "compares times",
    "PR305": "the folder", "PR330": "the folder", "PR307": "librdkafka", "PR311": "the folder", "PR310": "the folder",
    "PR345": "the folder", "PR346": "several keys", "PR347": "several keys", "PR348": "the folder", "PR350": "several keys",
    "PR351": "several keys", "PR314": "several keys", "PR315": "several keys", "PR317": "several keys",
}


UNCHANGED = "nothing is changed"


@dataclasses.dataclass
class World:
    programs: Programs
    build: pathlib.Path | None
    shared: pathlib.Path
    told: str = ""  # what a check has to say of itself


def vocabulary_is_fresh(_):
    if vocabulary.FILE.read_text(encoding="utf-8") != vocabulary.text():
        yield "schema/vocabulary.schema.json is not that of core/events/vocabulary.cpp: run check_schema.py --update"


# Valid files.


def schema_for(document):
    if not isinstance(document, dict) or "version" not in document:
        return SETTINGS
    if "accounts" in document:
        return ACCOUNTS
    return RULE_TESTS if "tests" in document else RULE_SET


def refusals(where, text, schema=None):
    """What the schema has against a file that is right."""
    try:
        for document in schemas.documents(text):
            for fault in schemas.faults(schema or schema_for(document), document):
                yield f"{where} is right, and the schema says: {fault}"
    except schemas.Unreadable as error:
        yield f"{where} cannot be read: {error}"


def valid_files():
    folders = ("rules", "config", "tests/olist/backtest", "tests/wrong/base", "tests/schema")
    return [path for folder in folders for path in sorted((ROOT / folder).glob("**/*.yaml"))]


def shipped_files(world):
    paths = valid_files()
    for path in paths:
        yield from refusals(path.relative_to(ROOT), path.read_text(encoding="utf-8"))
    world.told = f"{len(paths)} files"


def shared_examples(world):
    folder = world.shared / "design/examples"
    paths = [path for path in sorted(folder.glob("**/*.yaml")) if path.name != "asyncapi.yaml"]
    for path in paths:
        yield from refusals(path.relative_to(folder), path.read_text(encoding="utf-8"))
    world.told = f"{len(paths)} files" if paths else f"SKIPPED: there is no {folder}"


def whole(text):
    """An example as a file. Some show rules or tests only; nothing for what is less than that."""
    if re.search(r"^version: 1", text, re.M) or re.search(r"^rules: ", text, re.M):
        return text
    first = text.lstrip()
    if first.startswith("- id:"):
        section = "rules"
    elif first.startswith("- name:") and "tenant:" in text:
        section = "tests"
    else:
        return None
    indented = "".join("  " + line for line in text.splitlines(keepends=True))
    return f"version: 1\n{section}:\n{indented}"


def examples_of_documents(world):
    names = ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
    texts = [(f"{name}:{line}", text) for name in names for line, text in reading.examples(reading.read(name))]
    texts += [(f"man/premura-rules.5:{line}", text) for line, text in reading.manual_examples("premura-rules.5")]
    files = [(where, file) for where, text in texts if (file := whole(text)) is not None]
    for where, file in files:
        yield from refusals(where, file)
    world.told = f"{len(files)} of {len(texts)}; the others are parts of a file"
    if len(files) < 8:
        yield f"only {len(files)} examples were found"


# Wrong files.


def listed():
    lines = (HERE / "only_the_loader.txt").read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines if line and not line.startswith("#")}


def wrong_files(world):
    only_loader = listed()
    counts = collections.Counter()
    for folder, schema in ((ROOT / "tests/wrong", RULE_SET), (ROOT / "tests/wrong/tests", RULE_TESTS)):
        for path in sorted(folder.glob("*.yaml")):
            name = str(path.relative_to(ROOT / "tests/wrong").with_suffix(""))
            refused_by_loader = ": error: " in path.with_suffix(".expected").read_text(encoding="utf-8")
            try:
                documents = schemas.documents(path.read_bytes().decode("utf-8"))
                accepted = all(schemas.accepts(schema, document) for document in documents)
            except (schemas.Unreadable, UnicodeDecodeError):
                accepted = False
            is_listed = name in only_loader
            only_loader.discard(name)
            counts["refused by both" if not accepted else "by the loader alone" if refused_by_loader else "warned of"] += 1
            if not refused_by_loader and not accepted:
                yield f"tests/wrong/{name}: the loader takes it with a warning, the schema refuses it"
            elif refused_by_loader and accepted and not is_listed:
                yield f"tests/wrong/{name}: the schema takes it; if it cannot but, say why in only_the_loader.txt"
            elif is_listed and not accepted:
                yield f"tests/wrong/{name}: the schema refuses it: take it out of only_the_loader.txt"
    for name in sorted(only_loader):
        yield f"only_the_loader.txt names {name}, which is not there"
    world.told = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))


# Every event and every fact.


def whole_vocabulary(world):
    """Reads every name of schema/vocabulary.schema.json with the program, wherever names can stand."""
    _, facts, events = vocabulary.read_source()
    values = {"text": "zz", "number": 1, "boolean": True, "time": "2026-06-01 11:00"}
    rule = {"when": [name for name, _ in events], "where": {name: {"present": True} for name, *_ in facts}}
    at = {"at": "2026-06-01 11:00", "event": "order.paid"}
    for name, kind, *_ in facts:
        group, field = name.split(".")
        at.setdefault(group, {})[field] = values[kind]
    rules = [rule, *({"by": name} for name, kind, *_ in facts if kind == "time"),
             *({"calendar": f"of {name}"} for name, kind, *_ in facts if kind == "text")]
    mapping = {"facts": {name: "/" + name for name, *_ in facts}}
    said = world.programs.check([{"version": 1, "rules": rules}, {"version": 1, "mappings": [mapping]}])
    said += world.programs.play([{"version": 1, "tests": [{"name": "zz", "tenant": "acme-it", "events": [at]}]}])
    for diagnostic in sum(said, []):
        if diagnostic["code"] in ("PR101", "PR103", "PR105", "PR106", "PR109", "PR121", "PR180"):
            yield f"a name of the vocabulary is refused: {diagnostic['message']}"
    world.told = f"{len(events)} events, {len(facts)} facts"


# Valid files, changed in one place.


def sources():
    """Small valid documents, by section; settings are one."""
    found = collections.defaultdict(list)
    for path in valid_files():
        if path.name == "base.yaml":
            continue
        for document in schemas.documents(path.read_text(encoding="utf-8")):
            if schema_for(document) == ACCOUNTS:
                continue  # tests/daemon/accounts_test.cpp says what their loader takes
            if schema_for(document) == SETTINGS:
                document["rules"] = [str(ROOT / "rules")]
                found["settings"] += [{key: value} for key, value in document.items()]
                continue
            for section, part in mutations.parts(document):
                found[section].append(part)
    # The files with every key first: what is made only so often is made of them.
    return {section: documents[::-1] for section, documents in found.items()}


def ask(world, section, documents):
    if section == "settings":
        return world.programs.settings(documents)
    if section == "tests":
        return world.programs.play(documents)
    return world.programs.check(documents, beside(section))


def beside(section):
    """What the documents of a section name: tenants name calendars, rules and messages, rules name lists."""
    needed = {"rules": {"lists"}, "calendars": {"holidays"}, "tenants": {"holidays", "calendars", "rules", "lists", "messages", "dialers"}}
    for path in (ROOT / "config/calendars/italy.yaml", ROOT / "tests/olist/backtest/config.yaml",
                 ROOT / "rules/10-warehouse.yaml", HERE / "every-key.yaml"):
        document = schemas.documents(path.read_text(encoding="utf-8"))[0]
        part = {key: value for key, value in document.items() if key in needed.get(section, ())}
        if part:
            yield {"version": 1, **part}


def changed_files(world):
    counts = collections.Counter()
    alone = collections.Counter()
    known = mutations.known_keys()
    for section, documents in sorted(sources().items()):
        schema = {"settings": SETTINGS, "tests": RULE_TESTS}.get(section, RULE_SET)
        made = [(UNCHANGED, document) for document in documents] + list(mutations.mutations(documents, known))
        # A file without tests is passed over by premura test, and is none of settings' business.
        made = [(what, mutations.with_own_names(document, number)) for number, (what, document) in enumerate(made)
                if section != "tests" or "tests" in document]
        for (what, document), said in zip(made, ask(world, section, [document for _, document in made])):
            accepted = schemas.accepts(schema, document)
            codes = {diagnostic["code"] for diagnostic in said}
            counts["taken by both" if accepted and not codes else "refused by both" if not accepted and codes
                   else "refused by the loader alone" if codes else "refused by the schema alone"] += 1
            if what == UNCHANGED and codes:
                yield f"{section}: a document that is right is refused, so it proves nothing: {said[0]['message']}"
            elif not accepted and not codes:
                yield f"{section}: {what}: the loader takes it, the schema says {schemas.faults(schema, document)[:2]}"
            elif accepted and codes - LOADER_ALONE.keys():
                yield f"{section}: {what}: the schema takes it, the loader says {[each['message'] for each in said]}"
            elif accepted:
                alone.update(codes)
    world.told = (f"{sum(counts.values())} documents: " + ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
                  + "; by the loader alone for " + ", ".join(f"{code} {count}" for code, count in sorted(alone.items())))


# Ranges of days that stand there for completion alone: a pattern has them, too.
ALSO_BY_PATTERN = {("calendars.schema.json#/definitions/week", f"monday-{day}day") for day in ("fri", "satur", "sun")}


def every_key_is_exercised(world):
    """Would anything notice if a key were dropped from a schema? Drops each, and looks whether a valid file is refused."""
    files = [(ACCOUNTS, "every-key-accounts.yaml"), (SETTINGS, "every-key-settings.yaml"),
             (RULE_TESTS, "every-key-tests.yaml"), (RULE_SET, "every-key-tests.yaml"),
             (RULE_SET, "every-key.yaml")]
    valid = [(schema, schemas.documents((HERE / name).read_text(encoding="utf-8"))[0]) for schema, name in files]
    count = 0
    for place, properties in schemas.objects():
        file = place.split("#")[0]
        if file == vocabulary.FILE.name:
            continue
        for key in list(properties):
            if (place, key) in ALSO_BY_PATTERN:
                continue
            count += 1
            dropped = properties.pop(key)
            try:
                if all(schemas.accepts(schema, document) for schema, document in valid):
                    yield f"{place} has the key {key}, which none of the files every-key*.yaml has"
            finally:
                properties[key] = dropped
    world.told = f"{count} keys"
