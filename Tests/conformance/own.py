"""Cases of our own: what the suite's always masked, always well measured frames leave out."""

import struct

from case import NORMAL, Case, Chopped, Ending, FailsNow, StillOpen, fails
from framing import HELLO, fragments
from limits import KIB, MIB, payload
from utf8 import KOSME
from wire import BINARY, CLOSE, PING, TEXT, close_payload, frame, length_field

MASK = 0x80


def head(opcode, length, key=b"\0\0\0\0"):
    """The head of a masked frame whose length field is given as it travels."""
    return bytes([0x80 | opcode]) + length + key


def unmasked(opcode, data=b""):
    return bytes([0x80 | opcode]) + length_field(len(data)) + data


def delivery():
    together = frame(TEXT, HELLO) + frame(PING, b"early")
    heard = [("text", HELLO), ("pong", b"early")]
    yield Case("own.1.1", "frames in one piece with the handshake", [], heard, with_handshake=together)
    begin, end = fragments(b"fragment1", b"fragment2")
    yield Case("own.1.2", "half a message and half a frame with the handshake", [end], [("text", b"fragment1fragment2")], with_handshake=begin)
    yield Case("own.1.3", "a frame cut by the handshake's end", [together[5:]], heard, with_handshake=together[:5])
    goodbye = frame(CLOSE, close_payload(1001))
    yield Case("own.1.4", "close in one piece with the handshake", [], ending=Ending((1001,)), closes=True, with_handshake=goodbye)
    bad = frame(TEXT, HELLO, rsv=4)
    yield Case("own.1.5", "a wrong frame in one piece with the handshake", [], ending=fails(1002), with_handshake=bad)
    texts = [b"%d" % index for index in range(2000)]
    yield Case("own.1.6", "2,000 texts in one piece", [b"".join(frame(TEXT, text) for text in texts)], [("text", text) for text in texts])
    talk = frame(TEXT, HELLO) + begin + frame(PING, b"?") + end + frame(BINARY, payload("binary", 300)) + goodbye
    heard = [("text", HELLO), ("pong", b"?"), ("text", b"fragment1fragment2"), ("binary", payload("binary", 300))]
    yield Case("own.1.7", "a whole conversation byte by byte", [Chopped(talk)], heard, Ending((1001,)), closes=True)


def masking():
    yield Case("own.2.1", "unmasked text", [unmasked(TEXT, HELLO)], ending=fails(1002))
    yield Case("own.2.2", "unmasked close", [unmasked(CLOSE, close_payload(1000))], ending=Ending((1002,), clean=False), closes=True)
    yield Case("own.2.3", "unmasked ping after a text", [frame(TEXT, HELLO) + unmasked(PING)], [("text", HELLO)], fails(1002))
    yield Case("own.2.4", "unmasked second fragment", [fragments(b"a", b"b")[0] + b"\x80\x01b"], ending=fails(1002))


def lengths():
    short, long = (lambda count: bytes([MASK | 126]) + struct.pack("!H", count)), (lambda count: bytes([MASK | 127]) + struct.pack("!Q", count))
    for index, (title, field, size) in enumerate(
        [("0 in 16 bits", short(0), 0), ("125 in 16 bits", short(125), 125), ("126 in 64 bits", long(126), 126), ("65535 in 64 bits", long(65535), 65535)], 1
    ):
        yield Case(f"own.3.{index}", f"length {title}", [head(BINARY, field) + bytes(size)], ending=fails(1002))
    for index, (title, count, code) in enumerate(
        [("2^63", 1 << 63, 1002), ("2^64 − 1", (1 << 64) - 1, 1002), ("2^63 − 1", (1 << 63) - 1, 1009), ("2^32", 1 << 32, 1009)], 5
    ):
        yield Case(f"own.3.{index}", f"length {title}, no byte of it sent", [head(BINARY, long(count))], ending=fails(code))
    yield Case("own.3.9", "16 MiB and a byte, announced", [head(BINARY, long(16 * MIB + 1))], ending=fails(1009))
    together = [frame(BINARY, b"a", fin=False), bytes([0x80]) + long(16 * MIB) + bytes(4)]
    yield Case("own.3.10", "16 MiB and a byte, by fragments", together, ending=fails(1009))
    yield Case("own.3.11", "close of 64-bit length", [head(CLOSE, long(126)) + bytes(126)], ending=fails(1002))


def failing():
    begin, end = fragments(KOSME[:1], b"A")
    yield Case("own.4.1", "a character begun in one fragment, broken in the next", [begin, StillOpen(), end], ending=fails(1007))
    pending = frame(TEXT, KOSME[:1], fin=False)
    yield Case("own.4.2", "found before the frame has ended", [pending, StillOpen(), head(0, bytes([MASK | 50])) + b"A", FailsNow()], ending=fails(1007))
    yield Case("own.4.3", "text that ends within a character, by fragments", fragments(KOSME[:2], KOSME[2:4]), ending=fails(1007))
    reason = close_payload(1000, KOSME[:1])
    yield Case("own.4.4", "reason that ends within a character", [frame(CLOSE, reason)], ending=Ending((1007,)), closes=True)
    large = payload("binary", 8 * MIB)
    steps = [frame(BINARY, large) + frame(TEXT, HELLO, rsv=1)]
    yield Case("own.4.5", "an echo of 8 MiB is whole before the Close frame", steps, [("binary", large)], fails(1002))
    junk = [frame(TEXT, HELLO, rsv=1) + bytes(range(256)) * KIB]
    yield Case("own.4.6", "256 KiB after a wrong frame don't cost the Close frame", junk, ending=fails(1002))
    late = [frame(CLOSE, close_payload(4999, b"done")) + frame(PING) + bytes([0xFF] * 64)]
    yield Case("own.4.7", "anything after close is passed over", late, ending=Ending((4999,)), closes=True)


def cases():
    for group in [delivery, masking, lengths, failing]:
        yield from group()
