"""YAML documents that are hard to write and to read, and what PyYAML makes of them.

tests/Fixtures/yaml/pyyaml.json is written(1, 60).
"""

import datetime
import json
import random

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


def written(seed, count):
    """Documents as JSON, each with the YAML that safe_dump writes."""
    random.seed(seed)
    documents = [{text(): value(0) for _ in range(random.randint(1, 6))} for _ in range(count)]
    return [{"json": json.dumps(d), "yaml": yaml.safe_dump(d, default_flow_style=False)} for d in documents]


def styled(document):
    """YAML of one of the many styles that people and programs write."""
    return yaml.safe_dump(
        document,
        default_flow_style=random.choice([True, False, None]),
        default_style=random.choice([None, None, None, '"', "'", "|", ">"]),
        width=random.choice([20, 80, 1000]),
        indent=random.choice([2, 4, 7]),
        allow_unicode=random.random() < 0.5,
        explicit_start=random.random() < 0.3,
        explicit_end=random.random() < 0.2,
    )


def damaged(document):
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(document))
        kind = random.random()
        if kind < 0.3:
            document = document[:at] + document[at + 1 :]
        elif kind < 0.7:
            more = random.choice(list(" \n:-#'\"[]{},&*?|>a1\t~!%") + ["\n  ", "# c\n", "- ", ": "])
            document = document[:at] + more + document[at:]
        else:
            document = document[:at] + document[at + random.randint(1, 30) :]
        document = document or "a: 1\n"
    return document


def described(loaded):
    """A value with the types of keys and floats, in JSON."""
    if isinstance(loaded, dict):
        return {f"{type(key).__name__}:{key}": described(item) for key, item in loaded.items()}
    if isinstance(loaded, list):
        return [described(item) for item in loaded]
    if isinstance(loaded, (datetime.date, set, bytes)):
        raise ValueError("no plain data")
    return {"float": repr(loaded)} if isinstance(loaded, float) else loaded


def read(seed, count):
    """Documents of many styles, most of them damaged, each with what safe_load gives: null when it refuses, or there is a tag."""
    random.seed(seed)
    found = []
    for _ in range(count):
        document = styled({text(): value(1) for _ in range(random.randint(1, 4))})
        if random.random() < 0.6:
            document = damaged(document)
        try:
            tagged = any(getattr(event, "tag", None) for event in yaml.parse(document))
            loaded = None if tagged else described(yaml.safe_load(document))
        except (yaml.YAMLError, ValueError, TypeError):
            loaded = None
        found.append([document, loaded])
    return found
