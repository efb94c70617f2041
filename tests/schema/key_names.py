"""Keys and words, both ways. The program is given one that nobody knows, and tells which there are."""

import json
import re

import reading
import schemas
from loader import ROOT

UNKNOWN = "zqzqzqzqzq"


def one_rule(**keys):
    return {"version": 1, "rules": [keys]}


def one(section, content):
    return {"version": 1, section: {"aa": content}}


def one_mapping(**keys):
    return {"version": 1, "mappings": [keys]}


def one_test(**keys):
    return {"version": 1, "tests": [{"name": "zz", "tenant": "acme-it", **keys}]}


U = {UNKNOWN: 1}
RULES, CALENDARS, TENANTS, MESSAGES, DIALERS, MAPPINGS, TESTS = (
    f"{name}.schema.json#/definitions/" for name in ("rules", "calendars", "tenants", "messages", "dialers", "mappings", "rule-tests"))
CONTACT = TENANTS + "contact/properties/"

# Where a schema lists keys (together all that one list of the loader has), and a file that has an unknown one there.
KEYS = {
    "accounts": [
        (["accounts.schema.json#"], {"version": 1, **U}),
        (["accounts.schema.json#/definitions/account"], {"version": 1, "accounts": {"anna": U}}),
        (["accounts.schema.json#/definitions/group"], {"version": 1, "groups": {"staff": U}}),
    ],
    "check": [
        (["rule-set.schema.json#"], {"version": 1, **U}),
        ([RULES + "rule"], one_rule(**U)),
        ([RULES + "step", RULES + "warning_step"], one_rule(if_late=[U])),
        ([RULES + f"{kind}_filter/anyOf/1" for kind in ("text", "number", "boolean", "time")],
         one_rule(where={"order.id": U})),
        ([RULES + "exceptions/items"], one_rule(exceptions=[U])),
        ([CALENDARS + "calendar"], one("calendars", U)),
        ([CALENDARS + "closure"], one("calendars", {"closed": [U]})),
        ([CALENDARS + "special_day"], one("calendars", {"special": [U]})),
        ([CALENDARS + "holiday"], one("holidays", [U])),
        ([TENANTS + "tenant"], one("tenants", U)),
        ([TENANTS + "contact"], one("tenants", {"contact": U})),
        ([TENANTS + "calls"], one("tenants", {"contact": {"calls": U}})),
        ([TENANTS + "channel"], one("tenants", {"contact": {"messages": U}})),
        ([TENANTS + "tenant/properties/discretion"], one("tenants", {"discretion": U})),
        ([DIALERS + "dialer"], one("dialers", U)),
        ([DIALERS + "dialer/properties/limits"], one("dialers", {"limits": U})),
        ([DIALERS + "column"], one("dialers", {"columns": {"P": U}})),
        ([DIALERS + "route"], one("tenants", {"dialer": U})),
        ([TENANTS + "limit"], one("tenants", {"contact": {"limits": [U]}})),
        ([CONTACT + "after_customer_contacts_us"], one("tenants", {"contact": {"after_customer_contacts_us": U}})),
        ([CONTACT + "retry_call"], one("tenants", {"contact": {"retry_call": U}})),
        ([CONTACT + "retry_call/properties/then"], one("tenants", {"contact": {"retry_call": {"then": U}}})),
        ([TENANTS + "surge"], one("tenants", {"surge": [U]})),
        ([TENANTS + "surge/properties/do/items"], one("tenants", {"surge": [{"do": [U]}]})),
        ([TENANTS + "holdout"], one("tenants", {"holdout": U})),
        ([TENANTS + "rate"], one("tenants", {"contact": {"catch_up": U}})),
        ([TENANTS + "tenant/properties/channels"], one("tenants", {"channels": U})),
        ([TENANTS + "tenant/properties/channels/properties/email"], one("tenants", {"channels": {"email": U}})),
        ([TENANTS + "route"], one("tenants", {"channels": {"sms": U}})),
        ([TENANTS + "system"], one("tenants", {"systems": {"aa": U}})),
        ([TENANTS + "team"], one("tenants", {"teams": {"aa": U}})),
        ([MESSAGES + "texts"], one("messages", {"it": U})),
        ([MESSAGES + "texts/properties/email"], one("messages", {"it": {"email": U}})),
        ([MAPPINGS + "mapping"], one_mapping(**U)),
        ([MAPPINGS + "mapping/properties/event"], one_mapping(event=U)),
        ([MAPPINGS + "matched/anyOf/2"], one_mapping(match={"/zz": U})),
        ([MAPPINGS + "made_value"], one_mapping(facts={"order.id": U})),
        ([MAPPINGS + "made_value/properties/take/anyOf/1"], one_mapping(facts={"order.id": {"take": U}})),
        ([MAPPINGS + "made_value/properties/otherwise/anyOf/1"], one_mapping(facts={"order.id": {"otherwise": U}})),
    ],
    "play": [
        (["rule-tests.schema.json#"], {"version": 1, "tests": [], **U}),
        ([TESTS + "test"], one_test(**U)),
        ([TESTS + "facts"], one_test(facts=U)),
        ([TESTS + "event"], one_test(events=[U])),
        ([TESTS + "made_call"], one_test(calls=[U])),
        ([TESTS + "edit"], one_test(edit_rules=U)),
        ([TESTS + "done"], one_test(then=[U])),
        ([TESTS + "not_done"], one_test(suppressed=[U])),
    ],
    "settings": [
        (["settings.schema.json#"], U),
        (["settings.schema.json#/definitions/source/anyOf/1"], {"sources": [U]}),
        (["settings.schema.json#/definitions/webhook"], {"senders": {"webhooks": [U]}}),
        (["settings.schema.json#/definitions/properties/additionalProperties/anyOf/1"],
         {"log": {"kafka": {"properties": {"zz": U}}}}),
    ],
}
# Objects without a list in the loader: days of the week, and the one key of messages beside the languages.
WITHOUT_A_LIST = {CALENDARS + "week", MESSAGES + "message"}
# Lists that are only a part of what the program tells, or that it does not tell.
PARTS_OF_LISTS = {("core/story/story_loader.cpp", "event_keys"), ("core/rules/message_loader.cpp", "message_keys"),
                  ("core/story/story_edits.cpp", "file_keys"), ("core/events/mapping_value_loader.cpp", "source_keys")}

# Where a schema lists words, a file that has an unknown one there, and words that are told and refused all the same.
WORDS = {
    "accounts": [
        ("accounts.schema.json#/definitions/role",
         {"version": 1, "groups": {"staff": {"roles": UNKNOWN, "tenants": "acme"}}}, set()),
    ],
    "check": [
        (RULES + "rule/properties/mode", one_rule(mode=UNKNOWN), set()),
        (RULES + "rule/properties/again", one_rule(again=UNKNOWN), set()),
        (RULES + "rule/properties/on_error", one_rule(on_error=UNKNOWN), set()),
        (RULES + "rule/properties/on_edit", one_rule(on_edit=UNKNOWN), set()),
        ("vocabulary.schema.json#/definitions/subject", one_rule(subject=UNKNOWN), set()),
        (RULES + "step/properties/priority", one_rule(if_late=[{"priority": UNKNOWN}]), set()),
        (RULES + "warning_step/properties/priority", one_rule(early_warning=[{"priority": UNKNOWN}]), set()),
        (CALENDARS + "weekday", one("calendars", {"open": {UNKNOWN: "09:00-17:00"}}), set()),
        (TENANTS + "writing", one("tenants", {"channels": {"preferred": UNKNOWN}}), set()),
        (TENANTS + "link", one("tenants", {"links": UNKNOWN}), {"order"}),
        (TENANTS + "limit/properties/of", one("tenants", {"contact": {"limits": [{"of": UNKNOWN}]}}), set()),
        (CONTACT + "retry_call/properties/then/properties/notify",
         one("tenants", {"contact": {"retry_call": {"then": {"notify": UNKNOWN}}}}), set()),
        (TENANTS + "surge/properties/do/items/properties/hold", one("tenants", {"surge": [{"do": [{"hold": UNKNOWN}]}]}),
         set()),
        (TENANTS + "counted_by", one("tenants", {"surge": [{"per": UNKNOWN}]}), set()),
        (TENANTS + "contact/properties/unknown_zone", one("tenants", {"contact": {"unknown_zone": UNKNOWN}}), set()),
        (MESSAGES + "message/properties/purpose", one("messages", {"purpose": UNKNOWN}), set()),
        (MAPPINGS + "made_value/properties/as", one_mapping(facts={"order.id": {"as": UNKNOWN}}), set()),
    ],
    "play": [
        (TESTS + "made_call/properties/ends", one_test(calls=[{"ends": UNKNOWN}]), set()),
        (TESTS + "done/properties/priority", one_test(then=[{"call": "customer", "priority": UNKNOWN}]), set()),
        (TESTS + "done/properties/channel", one_test(then=[{"call": "customer", "channel": UNKNOWN}]), set()),
    ],
    "settings": [],
}


def settings_rows():
    """The sections of the settings, and their words: the schema has the same form as the file."""
    def walk(node, place, path):
        for key, value in node.get("properties", {}).items():
            below = f"{place}/properties/{key}"
            if "properties" in value:
                KEYS["settings"].append(([below], nest([*path, key], U)))
                walk(value, below, [*path, key])
            elif "enum" in value:
                WORDS["settings"].append((below, nest([*path, key], UNKNOWN), set()))
    if not WORDS["settings"]:
        walk(schemas.linked().raw["settings.schema.json"], "settings.schema.json#", [])


def nest(path, value):
    for key in reversed(path):
        value = {key: value}
    return value


def told(diagnostics, codes):
    """The names that the hint about the unknown one lists; nothing when there is no such hint."""
    for diagnostic in diagnostics:
        match = re.search(r"there are: (.*)", diagnostic["hint"] or "")
        if diagnostic["code"] in codes and UNKNOWN in diagnostic["message"] and match:
            return set(match.group(1).split(", "))
    return None


def messages(diagnostics):
    return [each["message"] for each in diagnostics]


def differences(place, schema, program):
    for name in sorted(program - schema):
        yield f"{place} lacks {name}, which the loader takes"
    for name in sorted(schema - program):
        yield f"{place} has {name}, which the loader does not know"


def agree(world):
    settings_rows()
    ask = {"check": world.programs.check, "play": world.programs.play, "settings": world.programs.settings,
           "accounts": world.programs.accounts}
    seen, lists, words = set(), [], 0
    for program, rows in KEYS.items():
        for (where, _), diagnostics in zip(rows, ask[program]([document for _, document in rows])):
            names = told(diagnostics, {"PR101"})
            seen.update(where)
            if names is None:
                yield f"{where[0]}: the program does not tell which keys there are: {messages(diagnostics)}"
                continue
            lists.append(names)
            keys = set().union(*(schemas.linked().at(place)["properties"] for place in where))
            yield from differences(where[0], keys, names)
    for program, rows in WORDS.items():
        for (place, document, refused), diagnostics in zip(rows, ask[program]([document for _, document, _ in rows])):
            names = told(diagnostics, {"PR107", "PR151"})
            words += 1
            if names is None:
                yield f"{place}: the program does not tell which words there are: {messages(diagnostics)}"
                continue
            yield from differences(place, set(schemas.linked().at(place)["enum"]), names - refused)
            documents = [json.loads(json.dumps(document).replace(UNKNOWN, word)) for word in refused]
            for word, said in zip(refused, ask[program](documents)):
                if "PR107" not in {each["code"] for each in said}:
                    yield f"{place}: {word} is refused no more; the schema should have it"
    for place, _ in schemas.objects():
        if place not in seen | WITHOUT_A_LIST and not place.startswith("vocabulary."):
            yield f"{place} lists keys that are not compared: add it to tests/schema/key_names.py"
    yield from lists_of_sources(lists)
    world.told = f"{sum(map(len, lists))} keys of {len(lists)} lists, {words} lists of words"


def lists_of_sources(lists):
    """Has every list of keys in the sources been told by a program? Else a new kind of map could be forgotten here."""
    for path in sorted([*ROOT.glob("core/**/*.cpp"), *ROOT.glob("daemon/settings/settings*.cpp")]):
        name = str(path.relative_to(ROOT))
        text = path.read_text(encoding="utf-8")
        for array, names in re.findall(r"constexpr std::string_view (\w*keys)\[\w*\] = \{(.*?)\};", text, re.S):
            keys = set(re.findall(r'"([^"]+)"', names))
            if keys not in lists and (name, array) not in PARTS_OF_LISTS:
                yield f"{array} of {name} is compared with no schema: add it to tests/schema/key_names.py"


# The bounds of settings.


def leaves(node, path=()):
    for key, value in node.get("properties", {}).items():
        if "properties" in value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def bounds_of_settings(world):
    """Asks premurad for the numbers at the bounds and one beyond, and whether a duration may be none."""
    probes = []
    for path, schema in leaves(schemas.linked().raw["settings.schema.json"]):
        if schema.get("type") == "integer":
            low, high = schema["minimum"], schema["maximum"]
            probes += [(path, low, True), (path, high, True), (path, low - 1, False), (path, high + 1, False)]
        elif str(schema.get("$ref")).endswith(("/elapsed", "/time_span")):
            probes += [(path, "at once", schema["$ref"].endswith("/elapsed")), (path, "1 second", True)]
    said = world.programs.settings([nest(path, value) for path, value, _ in probes])
    for (path, value, fits), diagnostics in zip(probes, said):
        taken = not {each["code"] for each in diagnostics} & {"PR103", "PR104", "PR109", "PR303"}
        if taken != fits:
            yield f"{'.'.join(path)}: {value} is {'taken' if taken else 'refused'} by premurad, not by the schema"
    world.told = f"{len(probes)} values"
    if len(probes) < 100:
        yield f"only {len(probes)} values were tried"
    unknown = {".".join(path) for path, _ in leaves(schemas.linked().raw["settings.schema.json"])}
    rows = {name for row in reading.table(reading.read("docs/SETTINGS.md"), "Key") for name in reading.code(row[0])[:1]}
    yield from differences("schema/settings.schema.json", unknown, rows)
