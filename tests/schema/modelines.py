"""The lines `# yaml-language-server: $schema=...` by which editors find the schema of a file."""

import os
import pathlib
import re
import subprocess
import tempfile

import schemas
from loader import ROOT

LINE = re.compile(r"^# yaml-language-server: \$schema=(\S+)$", re.M)


def schema_of(text):
    """By what stands in a file, as the loader does it: the name of the schema it should have."""
    keys = set(re.findall(r"^(\w+):", text, re.M))
    if "version" not in keys:
        return schemas.SETTINGS
    if "accounts" in keys:
        return schemas.ACCOUNTS
    return schemas.RULE_TESTS if "tests" in keys else schemas.RULE_SET


def faults(path, begin, root=None):
    """What is wrong with the modeline of a file. A path from the root is looked for below `root`."""
    text = path.read_text(encoding="utf-8")
    found = LINE.findall(text)
    if len(found) != 1:
        yield f"{begin} has {len(found)} modelines"
        return
    target = pathlib.Path(found[0])
    place = root / target.relative_to("/") if target.is_absolute() and root else path.parent / target
    if not place.is_file():
        yield f"{begin}: its modeline leads to {target}, which is not there"
    elif target.name != schema_of(text):
        yield f"{begin}: its modeline names {target.name}, and it is a file for {schema_of(text)}"


def shipped():
    return sorted([*ROOT.glob("rules/**/*.yaml"), *ROOT.glob("config/**/*.yaml"), *ROOT.glob("tests/schema/*.yaml"),
                   *ROOT.glob("tests/olist/**/*.yaml")])


def in_the_tree(world):
    for path in shipped():
        yield from faults(path, path.relative_to(ROOT))
    world.told = f"{len(shipped())} files"


def installed(world):
    """What `cmake --install` puts into a made-up root."""
    if world.build is None:
        world.told = "no --build was given"
        return
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        for part in ("rules", "config", "schema"):
            done = subprocess.run(["cmake", "--install", world.build / part], env={**os.environ, "DESTDIR": name}, text=True,
                                  check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
            if done.returncode != 0:
                yield f"cmake --install {part} ends with {done.returncode}: {done.stdout}"
                return
        paths = sorted(root.rglob("*.yaml"))
        for path in paths:
            yield from faults(path, path.relative_to(root), root)
        there = {path.name for path in root.rglob("*.schema.json")}
        for file in sorted(set(schemas.files()) - there):
            yield f"{file} is not installed"
        if not any("/etc/" in str(path) for path in paths):
            yield "nothing was installed below etc"
        world.told = f"{len(paths)} files, {len(there)} schemas"
