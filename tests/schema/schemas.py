"""The schemas as an editor reads them, and files as the loader reads them."""

import functools
import json
import pathlib
import re

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "schema"
RULE_SET, RULE_TESTS, SETTINGS = "rule-set.schema.json", "rule-tests.schema.json", "settings.schema.json"
ACCOUNTS = "accounts.schema.json"

NODES_MAX = 100_000
# The core schema of YAML 1.2, by which the YAML language server reads: no and 12:30 are texts, dates too.
NULL = re.compile(r"~|null|Null|NULL|")
TRUTH = re.compile(r"true|True|TRUE|false|False|FALSE")
WHOLE = re.compile(r"[-+]?[0-9]+")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


class Unreadable(Exception):
    """A text that is no YAML, or such as no editor takes as it stands."""


# Schemas.


def files():
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


class Linked:
    """All schemas as one structure, in which a reference is the very thing that it names. So validating is fast, and a
    change of a part is seen wherever it is used."""

    def __init__(self):
        self.raw = files()
        self.made = {}
        for schema in self.raw.values():
            jsonschema.Draft7Validator.check_schema(schema)

    def at(self, place):
        """The schema at FILE#/definitions/name/..."""
        if place in self.made:
            return self.made[place]
        node = self.raw_at(place)
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            if not re.fullmatch(r"[\w.-]+\.json#/definitions/\w+", node["$ref"]):
                # The YAML language server looks for others in the wrong file.
                raise LookupError(f"{place} refers to {node['$ref']}; write FILE#/definitions/NAME, also for its own file")
            made = self.at(node["$ref"])
        elif isinstance(node, dict):
            made = {key: self.at(f"{place}/{key.replace('/', '~1')}") for key in node if key != "$schema"}
        elif isinstance(node, list):
            made = [self.at(f"{place}/{number}") for number in range(len(node))]
        else:
            made = node
        self.made[place] = made
        return made

    def raw_at(self, place):
        file, _, pointer = place.partition("#")
        node = self.raw[file]
        for key in pointer.split("/")[1:]:
            node = node[int(key) if isinstance(node, list) else key.replace("~1", "/")]
        return node


@functools.lru_cache
def linked():
    return Linked()


@functools.lru_cache
def validator(name):
    return jsonschema.Draft7Validator(linked().at(f"{name}#"))


def objects():
    """(place, properties) of every object whose keys a schema lists. A change of them is seen by the validators."""
    def walk(node, place):
        if isinstance(node, list):
            for number, item in enumerate(node):
                yield from walk(item, f"{place}/{number}")
        if isinstance(node, dict):
            if node.get("additionalProperties") is False and "properties" in node:
                yield place, linked().at(place)["properties"]
            for key, value in node.items():
                yield from walk(value, f"{place}/{key.replace('/', '~1')}")
    for file, schema in linked().raw.items():
        yield from walk(schema, f"{file}#")


def faults(name, document):
    """What the schema has against a document, in sentences; the deepest places first."""
    def leaves(error):
        if not error.context:
            yield error
        for inner in error.context or ():
            yield from leaves(inner)
    found = [leaf for error in validator(name).iter_errors(document) for leaf in leaves(error)]
    found.sort(key=lambda error: -len(error.absolute_path))
    return [f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in found]


def accepts(name, document):
    return validator(name).is_valid(document)


# Files.


def scalar(node):
    if node.style is not None:
        return node.value
    for form, value in ((NULL, lambda _: None), (TRUTH, lambda text: text.lower() == "true"), (WHOLE, int),
                        (HEXADECIMAL, lambda text: int(text, 16)), (DECIMAL, float)):
        if form.fullmatch(node.value):
            return value(node.value)
    return node.value


def plain(node, above, count):
    count[0] += 1
    if count[0] > NODES_MAX or len(above) > 100:
        raise Unreadable("too large, or too deep")
    if id(node) in above:
        raise Unreadable("an alias inside the very thing that it names")
    if isinstance(node, yaml.ScalarNode):
        return scalar(node)
    above = above | {id(node)}
    if isinstance(node, yaml.SequenceNode):
        return [plain(item, above, count) for item in node.value]
    result = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in result:
            raise Unreadable("a key that stands there twice, or is no word")
        result[key.value] = plain(value, above, count)
    return result


def documents(text):
    """The documents of a YAML text as plain values. Keys are texts as written."""
    try:
        nodes = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
        return [None if node is None else plain(node, frozenset(), [0]) for node in nodes] or [None]
    except (yaml.YAMLError, RecursionError) as error:
        raise Unreadable(str(error)) from error
