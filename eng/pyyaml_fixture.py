#!/usr/bin/env python3
"""Makes tests/Fixtures/yaml/pyyaml.json: odd documents, and what PyYAML's safe_dump writes for them.

    eng/pyyaml_fixture.py SEED COUNT FILE        (the fixture: 1 60)
"""
import json
import random
import sys

import yaml

# Words that YAML 1.1 takes for something else, or cannot leave without quotes, or must fold.
WORDS = (
    ["a", "true", "Yes", "No", "on", "OFF", "y", "n", "N", "null", "nUll", "~", "", "  ", "=", "<<", "!", "&", "*"]
    + ["1", "+1", "-0", "1.5", "1e-06", "1.0e-06", "1.", "1.e5", "0.1e5", ".5", ".5e+3", "-.5", "1_000", "1__0.5", "_1"]
    + ["0x1F", "017", "08", "0o17", "0b101", "1:30", "1:30.5", ".inf", "-.INF", "+.inf", ".nan"]
    + ["2024-01-01", "2024-01-01 10:00:00", "- a", "-", "--- x", "...", "?", "? x", ":", ": x", "a:", "a: b", "a#b", "a #b"]
    + ["#a", "[x]", "{x}", "x,y", "'", "''", "it's", '"', "\\", "%x", "@x", "`x`", "|", "> x", "\x07", "\x1b", "\x7f"]
    + ["é", "日本", "\U0001F600", "\u00a0", "\u0085", "\u2028", "\ufeff", "\u3000", "\ttab", "tab\t", "x\ty", "a\rb"]
    + [" lead", "trail ", "two  spaces", "line\nbreak", "\nlead", "trail\n", "a\n\nb", "a \nb", "a\n b"]
    + ["long " * 30, "word" * 40, "x" * 79 + " y", "x " * 60, "k" * 122, "k" * 123, "k" * 129]
)
LETTERS = "ab 01.:-#'\"\\\n\té,[]{}&*!|>%@`?=~\u2028"
NUMBERS = [0, 1, -1, 2**40, -(10**30), 0.0, -0.0, 1e-6, 1e16, 1e15, 1e22, 123456789.125, 5e-324, 1.7976931348623157e308]
NUMBERS += [0.1, 0.0001, 0.00001, float("inf"), float("-inf")]


def letters(alphabet, least, most):
    return "".join(random.choice(alphabet) for _ in range(random.randint(least, most)))


def text():
    kind = random.random()
    if kind < 0.5:
        return random.choice(WORDS)
    if kind < 0.8:
        return letters(LETTERS, 0, 12)
    words = [random.choice(WORDS) if random.random() < 0.2 else letters("abcdefgh'é", 1, 14) for _ in range(random.randint(5, 40))]
    return " ".join(words)


def value(depth):
    kind = random.random()
    if depth < 4 and kind < 0.15:
        return [value(depth + 1) for _ in range(random.randint(0, 4))]
    if depth < 4 and kind < 0.35:
        return {text(): value(depth + 1) for _ in range(random.randint(0, 4))}
    if kind < 0.4:
        return random.choice([True, False, None])
    if kind < 0.6:
        return random.choice(NUMBERS + [random.randint(-(10**6), 10**6), random.random() * 10 ** random.randint(-30, 30)])
    return text()


def main(seed, count, path):
    random.seed(int(seed))
    documents = [{text(): value(0) for _ in range(random.randint(1, 6))} for _ in range(int(count))]
    pairs = [{"json": json.dumps(d), "yaml": yaml.safe_dump(d, default_flow_style=False)} for d in documents]
    with open(path, "w", encoding="utf-8") as file:
        json.dump(pairs, file, indent=0)
        file.write("\n")


main(*sys.argv[1:])
