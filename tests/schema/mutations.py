"""Valid files taken apart, and changed in one place each: a key renamed or gone, a value of another kind."""

import copy

import schemas

OTHER_VALUES = ([], ["zz zz"], {}, {"zz": 1}, None, "zz zz", 7, -1.5, True)
# How often the same change is made in the same place of a format: more told nothing new.
ALIKE_MAX = 1
SECTIONS_OF_NAMES = ("calendars", "holidays", "tenants", "messages", "dialers")
SECTIONS_OF_ITEMS = ("rules", "mappings", "tests")


def parts(document):
    """Small documents, each with one thing of a section; lists and conditions together."""
    for section, content in document.items():
        if section in SECTIONS_OF_NAMES:
            for name, value in content.items():
                yield section, {"version": 1, section: {name: value}}
        elif section in SECTIONS_OF_ITEMS:
            for item in content:
                yield section, {"version": 1, section: [item]}
    shared = {section: document[section] for section in ("lists", "conditions") if section in document}
    if shared:
        yield "shared", {"version": 1, **shared}


def known_keys():
    """All names that stand under `properties` of a schema."""
    found = set()

    def walk(node):
        if isinstance(node, list):
            for item in node:
                walk(item)
        if isinstance(node, dict):
            found.update(node.get("properties", ()))
            for value in node.values():
                walk(value)
    for schema in schemas.files().values():
        walk(schema)
    return found


def places(node, path=()):
    """Paths of all values, by key or position."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed(document, path, change, value=None):
    result = copy.deepcopy(document)
    parent = result
    for key in path[:-1]:
        parent = parent[key]
    key = path[-1]
    if change == "retype":
        parent[key] = copy.deepcopy(value)
    elif change == "remove":
        del parent[key]
    else:
        items = [(f"{name}x" if name == key else name, content) for name, content in parent.items()]
        parent.clear()
        parent.update(items)
    return result


def mutations(documents, known=None):
    """(what was changed, the document after it), over all documents; nothing is left to chance."""
    known = known_keys() if known is None else known
    seen = {}
    for document in documents:
        for path in places(document):
            if path == ("version",) and seen.get("version"):
                continue
            form = tuple("*" if not isinstance(key, str) or key not in known else key for key in path)
            changes = [("remove", None), *(("retype", value) for value in OTHER_VALUES)]
            if isinstance(path[-1], str):
                changes.append(("rename", None))
            for change, value in changes:
                alike = (form, change, repr(value))
                seen[alike] = seen.get(alike, 0) + 1
                if seen[alike] > ALIKE_MAX:
                    continue
                what = f"{change} {'.'.join(map(str, path))}" + (f" to {value!r}" if change == "retype" else "")
                yield what, changed(document, path, change, value)


def with_own_names(document, number):
    """Names that no other document has, so that all of them can be read together."""
    result = dict(document)
    for section in SECTIONS_OF_NAMES:
        if isinstance(document.get(section), dict):
            result[section] = {f"{name}-{number}": value for name, value in document[section].items()}
    for section in ("lists", "conditions"):
        if isinstance(document.get(section), dict):
            result[section] = {f"{name}_{number}": value for name, value in document[section].items()}
    return result
