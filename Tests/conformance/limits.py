"""Category 9: large messages, many fragments, small chops, many round trips. Payloads are made when a case is played."""

import random

from case import Case, Chopped, Heard
from framing import fragments
from wire import BINARY, TEXT, frame

KIB, MIB = 1 << 10, 1 << 20
KINDS = [(TEXT, "text"), (BINARY, "binary")]


def payload(kind, size):
    """The same bytes for the same size; letters in a text, anything in a binary. They differ everywhere, so that a lost piece shows."""
    data = random.Random(size).randbytes(size)
    return data if kind == "binary" else data.translate(bytes(0x20 + byte % 95 for byte in range(256)))


class Large(Case):
    """A case that sends and hears one payload, made when it is asked for."""

    def __init__(self, number, title, kind, size, steps):
        self.data = None

        def make():
            self.data = payload(kind, size)
            self.heard = [(kind, self.data)]
            return steps(self.data)

        super().__init__(number, title, make)


def sizes():
    for group, (opcode, kind) in enumerate(KINDS, 1):
        for index, size in enumerate([64 * KIB, 256 * KIB, MIB, 4 * MIB, 8 * MIB, 16 * MIB], 1):
            yield Large(f"9.{group}.{index}", f"{kind} of {size // KIB} KiB", kind, size, lambda data, opcode=opcode: [frame(opcode, data)])


def many_fragments():
    for group, (opcode, kind) in enumerate(KINDS, 3):
        for index in range(9):
            size = 64 << 2 * index

            def steps(data, opcode=opcode, size=size):
                return [b"".join(fragments(*(data[start : start + size] for start in range(0, len(data), size)), opcode=opcode))]

            yield Large(f"9.{group}.{index + 1}", f"{kind} of 4 MiB in fragments of {size}", kind, 4 * MIB, steps)


def chopped():
    for group, (opcode, kind) in enumerate(KINDS, 5):
        for index in range(6):
            size = 64 << index

            def steps(data, opcode=opcode, size=size):
                return [Chopped(frame(opcode, data), size)]

            yield Large(f"9.{group}.{index + 1}", f"{kind} of 1 MiB in chops of {size}", kind, MIB, steps)


def round_trips(count=1000):
    for group, (opcode, kind) in enumerate(KINDS, 7):
        for index, size in enumerate([0, 16, 64, 256, 1024, 4096], 1):
            data = payload(kind, size)

            def steps(data=data, opcode=opcode):
                return (step for turn in range(1, count + 1) for step in (frame(opcode, data), Heard(turn)))

            yield Case(f"9.{group}.{index}", f"{count} round trips of {kind} of {size} bytes", steps, [(kind, data)] * count)


def cases():
    yield from sizes()
    yield from many_fragments()
    yield from chopped()
    yield from round_trips()
