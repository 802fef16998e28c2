"""Pickles of random object graphs, as CPython writes them."""

import collections
import dataclasses
import enum
import pickle
import random

import torch


class Color(enum.Enum):
    RED = 1
    BLUE = 2


@dataclasses.dataclass
class Point:
    x: object
    y: object


@dataclasses.dataclass(slots=True)
class Slotted:
    value: object


class Counts(dict):
    """A dict with attributes, pickled as an object with both."""


class Graphs:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.made = []

    def any(self, depth):
        """A value; now and then one that stands elsewhere in the graph too."""
        if self.made and self.random.random() < 0.15:
            return self.random.choice(self.made)
        value = self.random.choice(self.ATOMS if depth == 0 else self.ATOMS + 2 * self.CONTAINERS)(self, depth - 1)
        self.made.append(value)
        return value

    def size(self):
        return self.random.choice([0, 1, 1, 2, 3, 4] if self.random.random() < 0.98 else [8, 999, 1000, 1001, 2001])

    def number(self, _):
        return self.random.choice([-1, 1]) * self.random.getrandbits(self.random.choice([1, 8, 9, 16, 17, 31, 32, 63, 64, 2100]))

    def text(self, _):
        return "".join(self.random.choices("abc\n\\'\"äß語𝄞\x00", k=self.random.choice([0, 1, 5, 255, 256, 300])))

    def long_text(self, _):
        return self.random.choice("aé") * self.random.choice([10] * 20 + [65_530, 65_536, 70_000])

    def data(self, _):
        return self.random.randbytes(self.random.choice([0, 1, 255, 256] * 10 + [70_000]))

    def atom(self, _):
        return self.random.choice(
            [None, True, False, 1.5, float("inf"), -0.0, Color.RED, Color.BLUE, torch.bfloat16, torch.Size([2, 3]),
             torch.float32, Point, range(3), slice(1, None), complex(1, 2)]
        )  # fmt: skip

    def some_bytearray(self, depth):
        return bytearray(self.data(depth))

    def list(self, depth):
        made = []
        self.made.append(made)  # it may contain itself
        made.extend(self.many(depth))
        return made

    def dict(self, depth):
        made = {}
        self.made.append(made)
        made.update((self.key(), value) for value in self.many(depth))
        return made

    def ordered(self, depth):
        return collections.OrderedDict((self.key(), value) for value in self.many(depth))

    def counts(self, depth):
        made = Counts((self.key(), value) for value in self.many(depth))
        made.attribute = self.any(depth)
        return made

    def tuple(self, depth):
        return tuple(self.many(depth))

    def set(self, _):
        return self.random.choice([set, frozenset])(self.key() for _ in range(self.size()))

    def point(self, depth):
        return Point(self.any(depth), self.any(depth))

    def slotted(self, depth):
        return Slotted(self.any(depth))

    def queue(self, depth):
        return collections.deque(self.many(depth))

    def many(self, depth):
        size = self.size()
        return [self.any(depth if size < 10 else 0) for _ in range(size)]

    def key(self):
        return self.random.choice([self.number, self.text])(0)

    ATOMS = [number, text, atom, atom, number, text, data, long_text, some_bytearray]
    CONTAINERS = [list, dict, ordered, counts, tuple, set, point, slotted, queue]


def save(path, seed, count):
    """Writes pickles one behind the other; returns protocol and length of each."""
    found = []
    with open(path, "wb") as file:
        for number in range(count):
            protocol = 2 + number % 4
            data = pickle.dumps(Graphs(seed + number).any(3), protocol)
            file.write(data)
            found.append([protocol, len(data)])
    return found
