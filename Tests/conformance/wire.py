"""A WebSocket client on a bare socket (RFC 6455) that can break every rule, chop as it likes, and notes how the other side takes it."""

import base64
import hashlib
import os
import selectors
import socket
import struct
import time
import urllib.parse

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Broken(Exception):
    """The server did what no case allows: a bad handshake, a frame against the rules, silence beyond the deadline."""


def mask(payload, key):
    """The payload combined with the four bytes of the key, over and over (section 5.3)."""
    count = len(payload)
    pad = (key * (count // 4 + 1))[:count]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(pad, "big")).to_bytes(count, "big")


def length_field(count, bit=0):
    """The length in its shortest form, `bit` being that of the mask."""
    if count < 126:
        return bytes([bit | count])
    return bytes([bit | 126]) + struct.pack("!H", count) if count < 1 << 16 else bytes([bit | 127]) + struct.pack("!Q", count)


def frame(opcode, payload=b"", fin=True, rsv=0):
    """A client's frame; `rsv` holds the three reserved bits, 4 being the first of them."""
    key = os.urandom(4)
    return bytes([(0x80 if fin else 0) | rsv << 4 | opcode]) + length_field(len(payload), 0x80) + key + mask(payload, key)


def close_payload(code, reason=b""):
    return struct.pack("!H", code) + reason


def accept_value(key):
    return base64.b64encode(hashlib.sha1(key + GUID).digest())


def parse_frame(buffer):
    """The first whole frame of a server's bytes as (opcode, fin, payload, bytes used), or None if it isn't whole yet."""
    if len(buffer) < 2:
        return None
    first, count, start = buffer[0], buffer[1] & 0x7F, 2
    if first & 0x70 or buffer[1] & 0x80:
        raise Broken(f"the server's frame begins {buffer[:2].hex()}: reserved bits or a mask")
    if count > 125:
        start, form = (4, "!H") if count == 126 else (10, "!Q")
        if len(buffer) < start:
            return None
        (count,) = struct.unpack(form, buffer[2:start])
        if buffer[1:start] != length_field(count):
            raise Broken(f"the server wrote the length {count} as {buffer[1:start].hex()}")
    if len(buffer) < start + count:
        return None
    return first & 0x0F, bool(first & 0x80), bytes(buffer[start : start + count]), start + count


class Client:
    """One connection. `heard` holds what came: ("text", bytes), ("binary", bytes), ("pong", bytes), in order.

    `close` is the payload of the server's Close frame, `end` how the connection ended: "fin" or "reset"; None while there is none.
    """

    def __init__(self, url, patience, with_handshake=b""):
        """Connects; the bytes `with_handshake` go out in one piece with the request."""
        parts = urllib.parse.urlsplit(url)
        self.patience = patience
        self.heard, self.close, self.end = [], None, None
        self.buffer, self.pieces, self.kind = bytearray(), [], None
        self.socket = socket.create_connection((parts.hostname, parts.port or 80), timeout=patience)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.socket, selectors.EVENT_READ)
        self.handshake(parts, with_handshake)
        self.socket.setblocking(False)

    def handshake(self, parts, more):
        key = base64.b64encode(os.urandom(16))
        request = f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        self.socket.sendall(request.encode() + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + b"\r\n\r\n" + more)
        while b"\r\n\r\n" not in self.buffer:
            some = self.socket.recv(4096)
            if not some:
                raise Broken("the server ended the connection instead of answering the handshake")
            self.buffer += some
        head, _, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
        if not lines[0].startswith(b"HTTP/1.1 101") or fields.get(b"sec-websocket-accept") != accept_value(key):
            raise Broken(f"the handshake was answered with {head!r}")
        if b"sec-websocket-extensions" in fields:
            raise Broken("the server chose an extension nobody offered")
        self.buffer = bytearray(rest)
        self.take_frames()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.selector.close()
        self.socket.close()

    def send(self, data, chop=None):
        """Sends the bytes, in pieces of `chop` bytes, each a write of its own; takes meanwhile what comes. What can't go out is passed over."""
        view, position = memoryview(data), 0
        self.selector.modify(self.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
        deadline = time.monotonic() + self.patience
        while position < len(view) and self.end is None:
            if not (ready := self.selector.select(max(0, deadline - time.monotonic()))):
                raise Broken(f"the server took no byte for {self.patience:g} s")
            if ready[0][1] & selectors.EVENT_READ:
                self.receive()
            if ready[0][1] & selectors.EVENT_WRITE and self.end is None:
                try:
                    position += self.socket.send(view[position : position + (chop or 1 << 18)])
                    deadline = time.monotonic() + self.patience
                except BlockingIOError:
                    pass
                except OSError:
                    break
        self.selector.modify(self.socket, selectors.EVENT_READ)

    def receive(self):
        try:
            some = self.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            self.end = "reset"
            return
        if not some:
            self.end = "fin"
            return
        self.buffer += some
        self.take_frames()

    def take_frames(self):
        while self.close is None and (found := parse_frame(self.buffer)):
            opcode, fin, payload, used = found
            del self.buffer[:used]
            self.take(opcode, fin, payload)

    def take(self, opcode, fin, payload):
        if opcode in (PING, PONG, CLOSE) and (not fin or len(payload) > 125):
            raise Broken("the server's control frame is fragmented or too long")
        if opcode == CLOSE:
            self.close = payload
        elif opcode == PONG:
            self.heard.append(("pong", payload))
        elif opcode == PING:
            self.heard.append(("ping", payload))
        elif (opcode == CONTINUATION) == (self.kind is not None) and opcode in (CONTINUATION, TEXT, BINARY):
            self.kind = self.kind or ("text" if opcode == TEXT else "binary")
            self.pieces.append(payload)
            if fin:
                self.heard.append((self.kind, b"".join(self.pieces)))
                self.pieces, self.kind = [], None
        else:
            raise Broken(f"the server sent opcode {opcode} out of place")

    def wait(self, until, seconds=None):
        """Takes what comes until the condition holds, the connection ends or the time is over; says whether the condition holds."""
        deadline = time.monotonic() + (self.patience if seconds is None else seconds)
        while not until() and self.end is None:
            left = deadline - time.monotonic()
            if left <= 0 or not self.selector.select(left):
                break
            self.receive()
        return until()

    @property
    def close_code(self):
        """The code of the server's Close frame; None if it has none."""
        return struct.unpack("!H", self.close[:2])[0] if self.close and len(self.close) >= 2 else None
