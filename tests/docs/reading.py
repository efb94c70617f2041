"""What the documents and the sources say, as plain values. No check is made here."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


# Documents in Markdown.


def table(text, heading):
    """The rows of the table whose first column is called so, as lists of cells."""
    rows = []
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(f"| {heading} |"):
            next(lines)
            for row in lines:
                if not row.startswith("|"):
                    break
                cells = re.split(r"(?<!\\)\|", row.strip()[1:-1])
                rows.append([cell.strip() for cell in cells])
            break
    return rows


def code(cell):
    """The names in code in a cell: all between back quotes."""
    return re.findall(r"`([^`]+)`", cell)


def examples(text):
    """The blocks of YAML, with the line at which each begins."""
    for match in re.finditer(r"^```yaml\n(.*?)^```", text, re.S | re.M):
        yield text.count("\n", 0, match.start()) + 1, match.group(1)


# Manual pages in mdoc(7).


def manual_sections(name):
    """What stands under each heading (.Sh or .Ss) of a page."""
    sections = {}
    heading = ""
    for line in read(f"man/{name}").splitlines():
        if line.startswith((".Sh ", ".Ss ")):
            heading = line[4:]
        sections.setdefault(heading, []).append(line)
    return sections


def items(lines, macro):
    """The names in list items such as `.It Ic any_of , none_of`."""
    names = []
    for line in lines:
        if line.startswith(f".It {macro} "):
            names += [word for word in line.split()[2:] if word != ","]
    return names


def manual_options(lines):
    """The options in list items such as `.It Fl c , Fl -config Ar file`."""
    options = set()
    for line in lines:
        if line.startswith(".It Fl "):
            options |= {"-" + name for name in re.findall(r"Fl ([\w-]+)", line)}
    return options


def manual_defaults(lines):
    """Setting -> what the page says the default is, where it is a value."""
    defaults = {}
    key = None
    for line, after in zip(lines, lines[1:] + [""]):
        if line.startswith(".It Ic "):
            name = line.split()[2]
            key = name if name != "keyed_by_order" and name != "silent_after" else None
        if key and line.endswith("The default is") and after.startswith(".Ql "):
            defaults[key] = after[4:].removesuffix(" .")
    return defaults


def manual_examples(name):
    """The literal blocks that are files of Premura, with the line at which each begins."""
    text = read(f"man/{name}")
    for match in re.finditer(r"^\.Bd -literal.*?\n(.*?)^\.Ed", text, re.S | re.M):
        if match.group(1).startswith("version: 1"):
            yield text.count("\n", 0, match.start()) + 1, match.group(1)


# Sources in C++.


def sources(place):
    """The text of a file, or of all files of a folder."""
    if not (ROOT / place).is_dir():
        return read(place)
    files = sorted([*(ROOT / place).glob("*.h"), *(ROOT / place).glob("*.cpp")])
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def names_of_array(place, array):
    """The texts of `constexpr std::string_view array[] = {...};` in a file or a folder."""
    match = re.search(rf"\b{array}\[\w*\] = \{{(.*?)\}};", sources(place), re.S)
    if match is None:
        raise LookupError(f"there is no array {array} in {place}")
    return re.findall(r'"([^"]+)"', match.group(1))


def vocabulary():
    """Events and facts: name -> what the second column of EVENTS.md should say."""
    text = read("core/events/vocabulary.cpp")
    facts, events = text.split("constexpr EventDefinition events", 1)
    row = r'\{\d+, "([\w.]+)", (\w+), '
    return (
        {name: subject.rstrip("_") + (", final" if final == "true" else "")
         for name, subject, final in re.findall(row + r"(true|false), ", events)},
        {name: ("true or false" if kind == "boolean" else kind)
         + (", personal" if personal == "true" else "")
         for name, kind, personal in re.findall(row + r"\w+, (true|false), ", facts)},
    )


def metrics():
    """Metric -> its labels, or nothing where the source does not list them."""
    text = read("daemon/service/metrics.cpp")
    found = {}
    for name, labels in re.findall(r'^ {8}\{"(\w+)",\s*(?:"[^"]*"\s*)+,\s*\{([^}]*)\}\}', text, re.M):
        found[f"premura_{name}_total"] = set(re.findall(r'"(\w+)"', labels))
    for array, suffix in (("values", ""), ("totals", "_total")):
        block = re.search(rf"\b{array}\[\] = \{{(.*?)^    \}};", text, re.S | re.M).group(1)
        for name in re.findall(r'\{"(pipeline_\w+)"', block):
            found[f"premura_{name}{suffix}"] = {"stage", "worker"}
    for name in re.findall(r'(?:gauge|histogram)_family\("(\w+)"', text):
        found[f"premura_{name}"] = None
    # What is counted without a row of its own gets one label, called so.
    for path in sorted([*ROOT.glob("core/**/*.cpp"), *ROOT.glob("daemon/**/*.cpp")]):
        for name in re.findall(r'\bcount\(\s*"(\w+)"', path.read_text(encoding="utf-8")):
            if f"premura_{name}" in found:  # a histogram, which counts by itself
                continue
            found.setdefault(f"premura_{name}_total", {"label"})
    return found


def journal():
    """Id -> what happened, of the daemon's log lines."""
    row = r'\{JournalFact::\w+,\s*"(PR\d+)",\s*"\w+",\s*\w+,\s*"([^"]*)"'
    return dict(re.findall(row, read("daemon/service/journal.cpp")))


def diagnostic_codes():
    return re.findall(r'^    \{"(PR\d+)"', read("core/base/diagnostic_codes.cpp"), re.M)


def topics():
    """Short names of Premura's own topics."""
    return set(re.findall(r'string_view \w+ = "([\w-]+)"', read("daemon/log/topics.h")))
