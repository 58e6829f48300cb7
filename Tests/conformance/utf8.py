"""Category 6: UTF-8. The sequences are those of Markus Kuhn's decoder stress test, made here from their numbers; Python's decoder judges them."""

from case import NORMAL, Case, Chopped, FailsNow, StillOpen, fails
from framing import fragments
from wire import CONTINUATION, TEXT, frame

KOSME = "κ\u1f79σμε".encode()  # its second letter has three bytes: 11 in all
MIXED = "Hello-µ@ßöäüàá-UTF-8!!".encode()


def spread(value, count):
    """The number in a UTF-8 form of `count` bytes, whether or not that form is allowed."""
    if count == 1:
        return bytes([value])
    tail = [0x80 | value >> 6 * index & 0x3F for index in range(count - 2, -1, -1)]
    return bytes([0xFF00 >> count & 0xFF | value >> 6 * (count - 1), *tail])


def largest(count):
    """The largest number that fits a form of `count` bytes."""
    return 0x7F if count == 1 else (1 << 5 * count + 1) - 1


LONG = range(2, 7)
CUT = [spread(value(count), count)[:-1] for value in (lambda _: 0, largest) for count in LONG]
SURROGATES = [0xD800, 0xDB7F, 0xDB80, 0xDBFF, 0xDC00, 0xDF80, 0xDFFF]
GROUPS = [
    ("text", ["hello$world".encode(), "hello¢world".encode(), "hello€world".encode(), "hello𤭢world".encode(), KOSME]),
    ("every beginning of a text", [KOSME[:count] for count in range(1, len(KOSME) + 1)]),
    ("first of a length", [spread(value, count) for value, count in [(0, 1), (0x80, 2), (0x800, 3), (0x10000, 4)]]),
    ("first of 5 and 6 bytes", [spread(0x200000, 5), spread(0x4000000, 6)]),
    ("last of a length", [spread(largest(1), 1), spread(largest(2), 2), spread(largest(3), 3), spread(0x10FFFF, 4)]),
    ("last of 4 to 6 bytes", [spread(largest(count), count) for count in (4, 5, 6)]),
    ("bounds", [spread(0xD7FF, 3), spread(0xE000, 3), spread(0xFFFD, 3), spread(0x10FFFF, 4), spread(0x110000, 4)]),
    (
        "continuation bytes alone",
        [b"\x80", b"\xbf", *((b"\x80\xbf" * 3)[:count] for count in range(2, 7)), bytes(range(0x80, 0xC0))],
    ),
    (
        "first bytes alone",
        [b"".join(bytes([byte, 0x20]) for byte in range(*ends)) for ends in [(192, 224), (224, 240), (240, 248), (248, 252), (252, 254)]],
    ),
    ("last byte missing", CUT),
    ("the same one after the other", [b"".join(CUT)]),
    ("impossible bytes", [b"\xfe", b"\xff", b"\xfe\xfe\xff\xff"]),
    ("overlong slash", [spread(0x2F, count) for count in LONG]),
    ("largest overlong", [spread(largest(count - 1), count) for count in LONG]),
    ("overlong NUL", [spread(0, count) for count in LONG]),
    ("one surrogate", [spread(value, 3) for value in SURROGATES]),
    ("two surrogates", [spread(high, 3) + spread(low, 3) for high in SURROGATES[:4] for low in (0xDC00, 0xDFFF)]),
    ("no characters, yet UTF-8", [spread(plane << 16 | end, 4 if plane else 3) for plane in range(17) for end in (0xFFFE, 0xFFFF)]),
    ("specials", [spread(value, 3) for value in range(0xFFF9, 0x10000)]),
]


def is_utf8(data):
    try:
        data.decode("utf-8", "strict")
    except UnicodeDecodeError:
        return False
    return True


def text_case(number, title, payload):
    heard, ending = ([("text", payload)], NORMAL) if is_utf8(payload) else ([], fails(1007))
    return Case(number, f"{title}: {payload.hex() if len(payload) < 20 else f'{len(payload)} bytes'}", [frame(TEXT, payload)], heard, ending)


def whole():
    """6.1–6.3: empty fragments, and characters cut by fragments."""
    yield Case("6.1.1", "empty text", [frame(TEXT)], [("text", b"")])
    yield Case("6.1.2", "three empty fragments", fragments(b"", b"", b""), [("text", b"")])
    yield Case("6.1.3", "text between two empty fragments", fragments(b"", b"middle", b""), [("text", b"middle")])
    yield Case("6.2.1", "UTF-8 in one frame", [frame(TEXT, MIXED)], [("text", MIXED)])
    cut = len("Hello-µ@ßöä".encode())
    yield Case("6.2.2", "UTF-8, cut between characters", fragments(MIXED[:cut], MIXED[cut:]), [("text", MIXED)])
    for number, text in [("6.2.3", MIXED), ("6.2.4", KOSME)]:
        yield Case(number, "UTF-8, a fragment for each byte", fragments(*(bytes([byte]) for byte in text)), [("text", text)])
    wrong = KOSME + b"\xed\xa0\x80edited"
    yield Case("6.3.1", "no UTF-8, in one frame", [frame(TEXT, wrong)], ending=fails(1007))
    yield Case("6.3.2", "no UTF-8, a fragment for each byte", fragments(*(bytes([byte]) for byte in wrong)), ending=fails(1007))


def fail_fast():
    """6.4: the byte that makes a text wrong ends the connection though frame and message haven't ended."""
    wrong = KOSME + spread(0x110000, 4) + b"edited"
    cuts = [(len(KOSME), len(KOSME) + 4), (len(KOSME) + 1, len(KOSME) + 2)]
    for index, (first, second) in enumerate(cuts):
        begin, middle, end = fragments(wrong[:first], wrong[first:second], wrong[second:])
        steps = [begin, StillOpen(), middle, FailsNow(), end]
        yield Case(f"6.4.{1 + index}", f"wrong from byte {len(KOSME) + 1} on, in three fragments", steps, ending=fails(1007))
    for index, (first, second) in enumerate(cuts):
        whole_frame = frame(TEXT, wrong)
        head = len(whole_frame) - len(wrong)
        pieces = whole_frame[: head + first], whole_frame[head + first : head + second], whole_frame[head + second :]
        steps = [pieces[0], StillOpen(), pieces[1], FailsNow(), pieces[2]]
        yield Case(f"6.4.{3 + index}", f"wrong from byte {len(KOSME) + 1} on, one frame in three pieces", steps, ending=fails(1007))


def cases():
    yield from whole()
    yield from fail_fast()
    for group, (title, payloads) in enumerate(GROUPS, 5):
        for index, payload in enumerate(payloads, 1):
            yield text_case(f"6.{group}.{index}", title, payload)
