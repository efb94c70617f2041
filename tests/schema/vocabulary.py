"""schema/vocabulary.schema.json, made from core/events/vocabulary.cpp: events and facts, wherever a file names them."""

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = ROOT / "schema/vocabulary.schema.json"


def read_source():
    """Subjects; facts as (name, kind, subject, meaning); events as (name, meaning)."""
    text = (ROOT / "core/events/vocabulary.cpp").read_text(encoding="utf-8")
    subjects = re.findall(r'"(\w+)"', re.search(r"subject_names\{(.*?)\};", text, re.S).group(1))
    before, after = text.split("constexpr EventDefinition events", 1)
    facts = re.findall(r'\{\d+, "([\w.]+)", (\w+), (\w+), (?:true|false), "([^"]+)"\}', before)
    events = re.findall(r'\{\d+, "([\w.]+)", \w+, (?:true|false), "([^"]+)"\}', after)
    if (len(facts), len(events)) != tuple(len(re.findall(r'\{\d+, "', part)) for part in (before, after)):
        raise LookupError("core/events/vocabulary.cpp has rows of another form")
    return subjects, facts, events


def words(names_and_meanings):
    names, meanings = zip(*names_and_meanings)
    return {"enum": list(names), "enumDescriptions": list(meanings)}


def by_fact(facts, form):
    """One property a fact; the schema of each is that of its kind."""
    return {name: {"$ref": form.format(kind), "description": meaning} for name, kind, _, meaning in facts}


def definitions():
    subjects, facts, events = read_source()
    texts = [name for name, kind, _, _ in facts if kind == "text"]
    ids = [f"{subject}.id" for subject in subjects]
    made = {
        "subject": {"enum": subjects},
        "event": {"description": "An event of the vocabulary.", **words(events)},
        "time_fact": {"description": "A fact that holds a time.",
                      **words([(name, meaning) for name, kind, _, meaning in facts if kind == "time"])},
        "calendar_of_fact": {"description": "The calendar that a fact of the order names, such as of order.warehouse.",
                             "type": "string", "examples": ["of order.warehouse"],
                             "pattern": "^of (" + "|".join(texts).replace(".", "\\.") + ")$"},
        "filter": {"type": "object", "minProperties": 1, "additionalProperties": False,
                   "properties": by_fact(facts, "rules.schema.json#/definitions/{}_filter")},
        "mapped_facts": {"type": "object", "additionalProperties": False,
                         "anyOf": [{"required": [name]} for name in ids],
                         "properties": by_fact(facts, "mappings.schema.json#/definitions/mapped_{}")},
        "about_something": {"anyOf": [{"required": [name], "properties": {name: {"required": ["id"]}}}
                                      for name in subjects]},
    }
    values = {"text": "text", "number": "decimal", "boolean": "truth", "time": "moment_or_date"}
    for name, kind, _, meaning in facts:
        group, field = name.split(".")
        owner = made.setdefault(f"facts_of_{group}", {"type": "object", "additionalProperties": False, "properties": {}})
        owner["properties"][field] = {"$ref": f"values.schema.json#/definitions/{values[kind]}", "description": meaning}
    return made


def compact(value, indent=0):
    """JSON with whatever fits into a line on one line."""
    short = json.dumps(value, ensure_ascii=False)
    if len(short) + indent <= 118 or not isinstance(value, (dict, list)):
        return short
    inside = " " * (indent + 2)
    if isinstance(value, list):
        rows, brackets = [compact(item, indent + 2) for item in value], "[]"
    else:
        rows = [f"{json.dumps(key)}: {compact(item, indent + 2)}" for key, item in value.items()]
        brackets = "{}"
    return f"{brackets[0]}\n{inside}" + f",\n{inside}".join(rows) + f"\n{' ' * indent}{brackets[1]}"


def text():
    return compact({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "The vocabulary of Premura. Made from core/events/vocabulary.cpp by tests/schema/check_schema.py --update",
        "definitions": definitions(),
    }) + "\n"
