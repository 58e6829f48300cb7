"""Categories 1–5, 7 and 10: framing, pings, reserved bits, opcodes, fragmentation, closing, auto-fragmentation."""

from case import NORMAL, Case, Chopped, Ending, Heard, fails
from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, close_payload, frame

HELLO = b"Hello, world!"
SIZES = [0, 125, 126, 127, 128, 65535, 65536]


def bytewise(*frames):
    return [Chopped(b"".join(frames))]


def framing():
    for group, opcode, kind, fill in [(1, TEXT, "text", b"*"), (2, BINARY, "binary", b"\xfe")]:
        for index, size in enumerate(SIZES, 1):
            payload = fill * size
            yield Case(f"1.{group}.{index}", f"{kind} of {size} bytes", [frame(opcode, payload)], [(kind, payload)])
        payload = fill * 65536
        steps = [Chopped(frame(opcode, payload), 997)]
        yield Case(f"1.{group}.8", f"{kind} of 65536 bytes in chops of 997", steps, [(kind, payload)])


def pings():
    telling = bytes([0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF])
    longest = b"\xfe" * 125
    for index, (title, payload) in enumerate([("empty", b""), ("text", HELLO), ("binary", telling), ("125 bytes", longest)], 1):
        yield Case(f"2.{index}", f"ping, {title}", [frame(PING, payload)], [("pong", payload)])
    yield Case("2.5", "ping of 126 bytes", [frame(PING, b"\xfe" * 126)], ending=fails(1002))
    yield Case("2.6", "ping of 125 bytes, byte by byte", bytewise(frame(PING, longest)), [("pong", longest)])
    yield Case("2.7", "unasked pong, empty", [frame(PONG)])
    yield Case("2.8", "unasked pong", [frame(PONG, b"unasked")])
    yield Case("2.9", "unasked pong, then a ping", [frame(PONG, b"unasked"), frame(PING, b"asked")], [("pong", b"asked")])
    ten = [b"payload-%d" % index for index in range(10)]
    frames, pongs = [frame(PING, payload) for payload in ten], [("pong", payload) for payload in ten]
    yield Case("2.10", "ten pings", frames, pongs)
    yield Case("2.11", "ten pings, byte by byte", bytewise(*frames), pongs)


def chops(frames, how):
    """The same frames in one write, in a write each, or byte by byte."""
    return {"in one": [b"".join(frames)], "frame by frame": list(frames), "byte by byte": bytewise(*frames)}[how]


def refused_between(number, title, bad, how):
    """A text that must be echoed, something that must be refused, and a ping that must not be answered any more."""
    steps = chops([frame(TEXT, HELLO), bad, frame(PING)], how)
    return Case(number, f"{title} after a text, {how}", steps, [("text", HELLO)], fails(1002), lenient=[])


def reserved_bits():
    yield Case("3.1", "text with RSV 1", [frame(TEXT, HELLO, rsv=1)], ending=fails(1002))
    for index, (rsv, how) in enumerate([(2, "in one"), (3, "frame by frame"), (4, "byte by byte")], 2):
        yield refused_between(f"3.{index}", f"text with RSV {rsv}", frame(TEXT, HELLO, rsv=rsv), how)
    yield Case("3.5", "binary with RSV 5", [frame(BINARY, b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", rsv=5)], ending=fails(1002))
    yield Case("3.6", "ping with RSV 6", [frame(PING, HELLO, rsv=6)], ending=fails(1002))
    yield Case("3.7", "close with RSV 7", [frame(CLOSE, rsv=7)], ending=fails(1002))


def opcodes():
    for group, first in [(1, 3), (2, 11)]:
        yield Case(f"4.{group}.1", f"opcode {first}, empty", [frame(first)], ending=fails(1002))
        yield Case(f"4.{group}.2", f"opcode {first + 1}", [frame(first + 1, b"reserved")], ending=fails(1002))
        for index, (payload, how) in enumerate([(b"", "frame by frame"), (HELLO, "in one"), (HELLO, "byte by byte")], 3):
            opcode = first + index - 1
            yield refused_between(f"4.{group}.{index}", f"opcode {opcode}", frame(opcode, payload), how)


def fragments(*payloads, opcode=TEXT, last=True):
    """A message in one frame for each payload."""
    count = len(payloads)
    return [
        frame(CONTINUATION if index else opcode, payload, fin=last and index == count - 1) for index, payload in enumerate(payloads)
    ]


def fragmentation():
    one, two, three, four = (b"fragment%d" % index for index in (1, 2, 3, 4))
    yield Case("5.1", "fragmented ping", fragments(one, two, opcode=PING), ending=fails(1002))
    yield Case("5.2", "fragmented pong", fragments(one, two, opcode=PONG), ending=fails(1002))
    hows = ["in one", "frame by frame", "byte by byte"]
    message = ("text", one + two)
    for index, how in enumerate(hows):
        yield Case(f"5.{3 + index}", f"text in two fragments, {how}", chops(fragments(one, two), how), [message])
    begin, end = fragments(one, two)
    for index, how in enumerate(hows):
        steps = chops([begin, frame(PING, b"ping"), end], how)
        yield Case(f"5.{6 + index}", f"ping between two fragments, {how}", steps, [("pong", b"ping"), message])
    for start, fin in [(9, True), (12, False)]:
        for index, how in enumerate(hows):
            steps = chops([frame(CONTINUATION, b"of nothing", fin=fin), frame(TEXT, HELLO)], how)
            yield Case(f"5.{start + index}", f"continuation of nothing, FIN {fin}, {how}", steps, ending=fails(1002))
    steps = [b"".join([*fragments(one, two), frame(CONTINUATION, three, fin=False), frame(TEXT, four)])]
    yield Case("5.15", "continuation after a whole message", steps, [message], fails(1002), lenient=[])
    for number, fin in [("5.16", False), ("5.17", True)]:
        steps = [frame(CONTINUATION, one, fin=fin), *fragments(two, three)] * 2
        yield Case(number, f"twice: continuation of nothing, FIN {fin}, and a text", steps, ending=fails(1002))
    yield Case("5.18", "second fragment is a text too", [frame(TEXT, one, fin=False), frame(TEXT, two)], ending=fails(1002))
    yield from pings_in_a_message()


def pings_in_a_message():
    parts = [b"fragment%d" % index for index in range(1, 6)]
    one, two, three, four, five = fragments(*parts)
    first, second = frame(PING, b"first ping"), frame(PING, b"second ping")
    heard = [("pong", b"first ping"), ("pong", b"second ping"), ("text", b"".join(parts))]
    title = "a ping within a message is answered before its end"
    yield Case("5.19", f"{title}, in one", [one + two + first, Heard(1), three + four + second + five], heard)
    yield Case("5.20", f"{title}, frame by frame", [one, two, first, Heard(1), three, four, second, Heard(2), five], heard)


def closing():
    goodbye = frame(CLOSE, close_payload(1000))
    text = frame(TEXT, HELLO)

    def closed(number, title, steps, heard=(), codes=(1000,), clean=True):
        return Case(number, title, steps, list(heard), Ending(codes, clean=clean), closes=True)

    yield Case("7.1.1", "text, then close", [text], [("text", HELLO)])
    yield closed("7.1.2", "two closes", [goodbye, goodbye])
    yield closed("7.1.3", "ping after close", [goodbye, frame(PING)])
    yield closed("7.1.4", "text after close", [goodbye, text])
    begin, end = fragments(b"fragment1", b"fragment2")
    yield closed("7.1.5", "close within a message", [begin, goodbye, end])
    large = b"BAsd7&jh23" * 26215
    yield Case(
        "7.1.6",
        "256 KiB and a text right before close, a ping after it",
        [frame(TEXT, large) + text + goodbye + frame(PING)],
        [("text", large), ("text", HELLO)],
        Ending((1000,), anything=True),
        closes=True,
    )
    yield closed("7.3.1", "close without payload", [frame(CLOSE)], codes=(None, 1000))
    yield closed("7.3.2", "close of one byte", [frame(CLOSE, b"a")], codes=(1002,), clean=False)
    yield closed("7.3.3", "close with a code", [goodbye])
    yield closed("7.3.4", "close with a reason", [frame(CLOSE, close_payload(1000, b"enough"))])
    yield closed("7.3.5", "close with 123 bytes of reason", [frame(CLOSE, close_payload(1000, b"*" * 123))])
    yield closed("7.3.6", "close with 124 bytes of reason", [frame(CLOSE, close_payload(1000, b"*" * 124))], codes=(1002,), clean=False)
    reason = "κ\u1f79σμε".encode() + b"\xed\xa0\x80edited"
    yield closed("7.5.1", "reason that isn't UTF-8", [frame(CLOSE, close_payload(1000, reason))], codes=(1002, 1007), clean=False)
    for index, code in enumerate([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999], 1):
        yield closed(f"7.7.{index}", f"code {code}", [frame(CLOSE, close_payload(code))], codes=(1000, code))
    for index, code in enumerate([0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999], 1):
        yield closed(f"7.9.{index}", f"code {code}", [frame(CLOSE, close_payload(code))], codes=(1002,), clean=False)
    for index, code in enumerate([5000, 65535], 1):
        ending = Ending((1000, 1002, code), anything=True)
        yield Case(f"7.13.{index}", f"code {code}", [frame(CLOSE, close_payload(code))], ending=ending, closes=True)


def auto_fragmentation():
    payload = b"*" * 65536
    pieces = [payload[start : start + 1300] for start in range(0, len(payload), 1300)]
    yield Case("10.1.1", "text of 65536 bytes in fragments of 1300", fragments(*pieces), [("text", payload)], NORMAL)


def cases():
    for category in [framing, pings, reserved_bits, opcodes, fragmentation, closing, auto_fragmentation]:
        yield from category()
