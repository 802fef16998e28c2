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


def turn_as_released(config):
    """transformers 5 reads the share of rotating channels from rope_parameters alone; the manifests have MiniMax's rotary_dim without it."""
    text = config.get("text_config", config)
    if "rotary_dim" in text:
        text["rope_parameters"]["partial_rotary_factor"] = text["rotary_dim"] / text["head_dim"]


def main():
    found = {}
    for config in configs():
        config.pop("transformers_version", None)
        turn_as_released(config)
        name = (config.get("architectures") or [config.get("_class_name")])[0]
        found.setdefault(name, config)
    for name, config in json.loads(TARGET.read_text()).items():
        found.setdefault(name, config)  # written by hand: no fixture has them
    lines = [f"{json.dumps(name)}:{json.dumps(found[name], separators=(',', ':'))}" for name in sorted(found)]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n")


main()
