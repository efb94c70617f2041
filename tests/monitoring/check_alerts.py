#!/usr/bin/env python3
"""Do alerts fire when they should, and only then? Is each told about, tested, and made of metrics that there are?

    check_alerts.py

Runs `promtool test rules` on the stories beside it. Exit 0, 1, or 77: promtool is not installed, the rest is right.
"""

import pathlib
import re
import shutil
import subprocess
import sys

import yaml

import promql
from promql import ROOT

HERE = pathlib.Path(__file__).resolve().parent
SEVERITIES = {"critical", "warning"}
AUDIENCES = {"engineering", "ops"}


def form():
    """Labels, annotations, names and links of each alert."""
    runbook = promql.reading.read("docs/RUNBOOK.md")
    told = re.findall(r"^### (\w+)$", runbook, re.M)
    seen = []
    metrics = promql.known_metrics()
    recorded = promql.recorded_figures()
    for file, group in promql.groups():
        for rule in group["rules"]:
            name = rule.get("alert", rule.get("record"))
            where = f"monitoring/alerts/{file.name}: {name}"
            yield from promql.faults_of(where, rule["expr"], metrics, recorded)
            if "alert" not in rule:
                continue
            seen.append(name)
            labels = rule.get("labels", {})
            if labels.get("severity") not in SEVERITIES or labels.get("audience") not in AUDIENCES:
                yield f"{where}: wants a severity and an audience"
            annotations = rule.get("annotations", {})
            if set(annotations) != {"summary", "description", "runbook_url"}:
                yield f"{where}: wants summary, description and runbook_url, and nothing else"
            if annotations.get("runbook_url") != f"docs/RUNBOOK.md#{name.lower()}":
                yield f"{where}: its link does not lead to docs/RUNBOOK.md#{name.lower()}"
    for name in sorted(set(seen) ^ set(told)):
        yield f"docs/RUNBOOK.md: {name} " + ("is not told of" if name in seen else "is no alert")
    for name in sorted({name for name in seen + told if seen.count(name) > 1 or told.count(name) > 1}):
        yield f"{name} is there twice"


def stories():
    """Each alert fires in a story of its file and is silent at another moment."""
    for file, group in promql.groups():
        story = HERE / f"{file.stem}.test.yaml"
        if not story.exists():
            yield f"there is no tests/monitoring/{story.name}"
            continue
        content = yaml.safe_load(story.read_text(encoding="utf-8"))
        questions = [test for one in content["tests"] for test in one["promql_expr_test"]]
        if not any("ALERTS" in question["expr"] and not question.get("exp_samples") for question in questions):
            yield f"tests/monitoring/{story.name} has no moment at which nothing fires"
        fired = " ".join(str(question.get("exp_samples")) for question in questions)
        for rule in group["rules"]:
            if "alert" in rule and f'alertname="{rule["alert"]}"' not in fired:
                yield f"tests/monitoring/{story.name}: {rule['alert']} never fires"


def run(*command):
    done = subprocess.run(command, cwd=HERE, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        yield f"{' '.join(command)}:\n{done.stdout}"


def main():
    faults = [*form(), *stories()]
    promtool = shutil.which("promtool")
    if promtool:
        for story in sorted(HERE.glob("*.test.yaml")):
            faults += run(promtool, "test", "rules", story.name)
        faults += run(promtool, "check", "config", str(ROOT / "monitoring" / "prometheus.example.yaml"))
    for fault in faults:
        print(fault)
    if faults:
        return 1
    if not promtool:
        print("SKIPPED: promtool is not installed (package prometheus), so no alert was made to fire; the rest is right")
        return 77
    alerts = sum("alert" in rule for _, group in promql.groups() for rule in group["rules"])
    print(f"{alerts} alerts fire when they should and are silent when they should be")
    return 0


if __name__ == "__main__":
    sys.exit(main())
