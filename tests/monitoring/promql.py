"""What queries of Prometheus name, and what docs/METRICS.md knows. Good enough for our own queries; it is no parser."""

import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "docs"))
import reading  # noqa: E402

# Labels that Prometheus itself adds, and that alerts have.
GIVEN = {"job", "instance", "le", "alertname", "alertstate"}
# What a histogram consists of.
PARTS = ("_bucket", "_count", "_sum")


def known_metrics():
    """Metric -> its labels, as docs/METRICS.md tells them in its tables."""
    found = {}
    for name, labels in re.findall(r"^\| `(premura_\w+)` \| ([^|]*) \|", reading.read("docs/METRICS.md"), re.M):
        found[name] = set(reading.code(labels))
    return found


def groups():
    """(file, group) of all alert files."""
    for file in sorted((ROOT / "monitoring" / "alerts").glob("*.yaml")):
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            yield file, group


def recorded_figures():
    """Name -> expression of the figures that alerts and dashboard share."""
    return {rule["record"]: rule["expr"] for _, group in groups() for rule in group["rules"] if "record" in rule}


def faults_of(where, query, metrics, recorded):
    """Sentences on what the query names and nobody has."""
    for name in sorted(set(re.findall(r"\bpremura:[\w:]+", query)) - set(recorded)):
        yield f"{where} names {name}, which no alert file records"
    labels = set(GIVEN)
    for name in sorted(set(re.findall(r"\bpremura:[\w:]+", query)) & set(recorded)):
        labels |= labels_of(recorded[name], metrics)
    for name in sorted(set(re.findall(r"\bpremura_\w+", query))):
        base = next((name.removesuffix(part) for part in PARTS if name.removesuffix(part) in metrics), name)
        if base not in metrics:
            yield f"{where} names {name}, which docs/METRICS.md does not have"
            continue
        labels |= metrics[base]
        for chosen in re.findall(rf"\b{name}\{{([^}}]*)\}}", query):
            for label in re.findall(r"(\w+)\s*[=!]~?\s*\"", chosen):
                if label not in metrics[base] | GIVEN:
                    yield f"{where} chooses {name} by {label}, which is none of its labels"
    for listed in re.findall(r"\b(?:by|on|without)\s*\(([^)]*)\)", query):
        for label in re.findall(r"\w+", listed):
            if label not in labels:
                yield f"{where} groups by {label}, which no metric in it has"


def labels_of(query, metrics):
    """All labels of the metrics in a recorded expression, also of those it is recorded from."""
    found = set()
    recorded = recorded_figures()
    for name in set(re.findall(r"\bpremura_\w+", query)):
        base = next((name.removesuffix(part) for part in PARTS if name.removesuffix(part) in metrics), name)
        found |= metrics.get(base, set())
    for name in set(re.findall(r"\bpremura:[\w:]+", query)):
        found |= labels_of(recorded.get(name, ""), metrics)
    return found
