#!/usr/bin/env python3
"""Do the schemas of schema/ and the loaders of the programs agree?

    check_schema.py --premura PROGRAM --premurad PROGRAM [--build FOLDER]
    check_schema.py --update                      writes schema/vocabulary.schema.json anew

Each check yields sentences that say where they do not. Exit 0 when there are none, 1 when there are, 77 when Debian's
python3-jsonschema or python3-yaml is missing. What each check can find was tried by breaking things: see README.md.
"""

import argparse
import os
import pathlib
import re
import sys
import time

try:
    import jsonschema  # noqa: F401
    import yaml  # noqa: F401
except ImportError as missing:
    print(f"SKIPPED: {missing}: install python3-jsonschema and python3-yaml")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "docs")]
import agreement  # noqa: E402
import key_names  # noqa: E402
import modelines  # noqa: E402
import schemas  # noqa: E402
import vocabulary  # noqa: E402
from loader import ROOT, Programs  # noqa: E402

CHECKS = (agreement.vocabulary_is_fresh, modelines.in_the_tree, modelines.installed, agreement.shipped_files,
          agreement.shared_examples, agreement.examples_of_documents, agreement.wrong_files, key_names.agree,
          key_names.bounds_of_settings, agreement.whole_vocabulary, agreement.every_key_is_exercised,
          agreement.changed_files)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--premura", type=lambda name: pathlib.Path(name).resolve())
    parser.add_argument("--premurad", type=lambda name: pathlib.Path(name).resolve())
    parser.add_argument("--build", type=pathlib.Path, help="also look at what cmake --install puts where")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    if options.update:
        vocabulary.FILE.write_text(vocabulary.text(), encoding="utf-8")
        return 0
    if not (options.premura and options.premurad):
        parser.error("--premura and --premurad are needed")
    world = agreement.World(Programs(options.premura, options.premurad), options.build,
                            pathlib.Path(os.environ.get("PREMURA_SHARED", ROOT.parent / "shared")))
    count = 0
    for check in CHECKS:
        begin = time.monotonic()
        for sentence in check(world):
            print(f"{check.__name__}: {sentence}")
            count += 1
        print(f"{time.monotonic() - begin:6.1f} s  {check.__name__}: {world.told or 'done'}", flush=True)
        world.told = ""
    print(f"{count} disagreements" if count else f"{len(CHECKS)} checks: schema and loader agree")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
