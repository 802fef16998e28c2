#!/usr/bin/env python3
"""Writes src/Bridge/Tools/small-configs.json: a small config of every architecture that has one among the fixtures of the tests.

Run it from the repository's folder after fixtures have changed.
"""

import json
from pathlib import Path

FIXTURES = Path("tests/Fixtures")
TARGET = Path("src/Bridge/Tools/small-configs.json")


def configs():
    """The plain ones first: those with the shortest names."""
    manifests = (FIXTURES / "golden").glob("*.json")
    for path in sorted(manifests, key=lambda path: (len(path.stem), path.stem)):
        yield json.loads(path.read_text())["hf"]["config"]
    described = [path for path in (FIXTURES / "transformers").glob("*.json") if path.stem != "models"]
    for path in sorted(described, key=lambda path: (len(path.stem), path.stem)):
        yield json.loads(path.read_text())["config"]


def main():
    found = {}
    for config in configs():
        config.pop("transformers_version", None)
        name = (config.get("architectures") or [config.get("_class_name")])[0]
        found.setdefault(name, config)
    lines = [f"{json.dumps(name)}:{json.dumps(found[name], separators=(',', ':'))}" for name in sorted(found)]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")


main()
