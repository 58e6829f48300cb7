"""The package `websockets` (https://websockets.readthedocs.io) as a client."""

import functools

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import connect

from limits import MIB, payload

PATIENCE = 20.0
TEXTS = ["", "a", "a\0b", "直播带岗 👩‍🔧", *("x" * size for size in (125, 126, 65535, 65536))]
BINARIES = [b"", bytes(range(256)), payload("binary", 65536), payload("binary", 8 * MIB)]


def explained(exchange):
    """The exchange as a function of the address that gives what went wrong, or None."""

    @functools.wraps(exchange)
    def run(url):
        try:
            with connect(url, max_size=None, open_timeout=PATIENCE, close_timeout=PATIENCE, ping_interval=None, proxy=None) as client:
                exchange(client)
        except (AssertionError, WebSocketException, OSError) as problem:
            return f"{type(problem).__name__}: {str(problem)[:200]}"
        return None

    return run


def echo(messages, client):
    """Sends every message before it hears the first: the order must hold."""
    for message in messages:
        client.send(message)
    for message in messages:
        heard = client.recv(timeout=PATIENCE)
        assert type(heard) is type(message) and heard == message, f"{heard[:40]!r} came back for {message[:40]!r}"


def fragments(client):
    """What is sent as an iterable goes out as a fragment for each of its items."""
    client.send(["直", "播", "", "带岗"])
    client.send([b"\xe7\x9b", b"\xb4" * 200, b""])
    assert client.recv(timeout=PATIENCE) == "直播带岗"
    assert client.recv(timeout=PATIENCE) == b"\xe7\x9b" + b"\xb4" * 200


def pings(client):
    """A ping's event is set by the pong that carries its bytes, and by later ones."""
    for data in [b"", b"?", b"\0\xff" * 62]:
        assert client.ping(data).wait(PATIENCE), f"no pong for {data[:8]!r}"


def close(code, reason, client):
    client.close(code, reason)
    assert client.protocol.close_rcvd is not None, "no Close frame came"
    assert client.close_code == code, f"closed with {client.close_code}"


def close_without_code(client):
    """The package can't send one: the frame, with a mask of zeros, goes out by itself."""
    client.socket.sendall(b"\x88\x80\0\0\0\0")
    hear_close(client, None)


def refused(data, code, client):
    client.socket.sendall(data)
    hear_close(client, code)


def hear_close(client, code):
    try:
        client.recv(timeout=PATIENCE)
    except ConnectionClosed as closed:
        assert closed.rcvd is not None and closed.rcvd.code == (code or 1005), f"closed with {closed.rcvd}"
    else:
        raise AssertionError("something else than a Close frame came")


class Counterpart:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def exchanges(self):
        for name, exchange in self.named().items():
            yield name, explained(exchange)

    def named(self):
        bad = functools.partial
        return {
            "texts of every length form, in order": bad(echo, TEXTS),
            "binaries up to 8 MiB, in order": bad(echo, BINARIES),
            "a thousand messages at once": bad(echo, [str(index) for index in range(1000)]),
            "fragmented messages": fragments,
            "pings and their pongs": pings,
            **{f"close with {code}": bad(close, code, reason) for code, reason in [(1000, ""), (1001, "going"), (3000, "下次见"), (4999, "x" * 123)]},
            "close without a code": close_without_code,
            "an unmasked frame is refused": bad(refused, b"\x81\x01a", 1002),
            "bytes that aren't UTF-8 are refused": bad(refused, b"\x81\x81\0\0\0\0\xff", 1007),
            "17 MiB are refused when announced": bad(refused, b"\x82\xff" + (17 * MIB).to_bytes(8, "big") + bytes(4), 1009),
        }

    def noticing(self):
        """By the fault: the exchange that must fail, and its name."""
        texts = ("texts", explained(functools.partial(echo, ["ab", "cd"])))
        closing = ("close with 1000", explained(functools.partial(close, 1000, "")))
        return {**dict.fromkeys(["accept", "byte", "kind", "twice", "masked"], texts), "code": closing}
