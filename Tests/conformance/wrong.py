"""An echo server on purpose wrong: the path of the address names its fault. What plays the cases must notice each."""

import socket
import socketserver
import struct
import threading

from utf8 import is_utf8
from wire import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, accept_value, close_payload, frame, length_field, mask

FAULTS = {
    "none": "nothing is wrong",
    "accept": "the handshake's answer is another's",
    "byte": "the last byte of an echo is changed",
    "kind": "text comes back as binary and binary as text",
    "twice": "every echo comes twice",
    "masked": "frames are masked",
    "long": "lengths aren't written in their shortest form",
    "deaf": "pings aren't answered",
    "empty": "pongs are empty",
    "lax": "reserved bits are let through",
    "late": "UTF-8 is looked at when a message has ended",
    "code": "the code of every Close frame is 1001",
    "drop": "a broken rule ends the connection without a Close frame",
    "open": "the TCP connection is never closed",
    "after": "a pong follows the Close frame",
}


class Violation(Exception):
    """Holds the code to close with."""


class Connection(socketserver.BaseRequestHandler):
    def handle(self):
        request = b""
        while b"\r\n\r\n" not in request:
            request += self.request.recv(1)
        key = next(line for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:")).split(b":")[1].strip()
        self.fault = request.split()[1].decode().strip("/")
        self.kind, self.message = None, b""
        accept = accept_value(key[::-1] if self.fault == "accept" else key)
        self.request.sendall(b"HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        try:
            while self.take(*self.read_frame()):
                pass
        except Violation as violation:
            if self.fault != "drop":
                self.close(close_payload(violation.args[0]))
        except OSError:
            return
        if self.fault == "open":
            self.server.ended.wait(30)
        else:
            self.request.shutdown(socket.SHUT_WR)
            while self.request.recv(4096):
                pass

    def exactly(self, count):
        data = b""
        while len(data) < count:
            some = self.request.recv(count - len(data))
            if not some:
                raise ConnectionError
            data += some
        return data

    def read_frame(self):
        first, second = self.exactly(2)
        if first & 0x70 and self.fault != "lax":
            raise Violation(1002)
        count = second & 0x7F
        if count > 125:
            (count,) = struct.unpack("!H" if count == 126 else "!Q", self.exactly(2 if count == 126 else 8))
        key = self.exactly(4)
        return first & 0x0F, bool(first & 0x80), mask(self.exactly(count), key)

    def take(self, opcode, fin, payload):
        """Answers a frame; False if it was the last."""
        if opcode == CLOSE:
            self.close(payload)
        elif opcode == PING:
            if self.fault != "deaf":
                self.send(PONG, b"" if self.fault == "empty" else payload)
        elif opcode in (CONTINUATION, TEXT, BINARY):
            self.kind = opcode or self.kind
            self.message += payload
            if self.kind == TEXT and not is_utf8(self.message) and (fin or self.fault != "late"):
                raise Violation(1007)
            if fin:
                self.echo()
        return opcode != CLOSE

    def echo(self):
        kind, message = self.kind, self.message
        self.kind, self.message = None, b""
        if self.fault == "byte" and message:
            message = message[:-1] + b"!"
        if self.fault == "kind":
            kind = TEXT + BINARY - kind
        for _ in range(2 if self.fault == "twice" else 1):
            self.send(kind, message)

    def close(self, payload):
        self.send(CLOSE, close_payload(1001) if self.fault == "code" else payload)
        if self.fault == "after":
            self.send(PONG, b"late")

    def send(self, opcode, payload):
        if self.fault == "masked":
            wire = frame(opcode, payload)
        elif self.fault == "long" and len(payload) < 126:
            wire = bytes([0x80 | opcode, 126]) + struct.pack("!H", len(payload)) + payload
        else:
            wire = bytes([0x80 | opcode]) + length_field(len(payload)) + payload
        self.request.sendall(wire)


class WrongServer(socketserver.ThreadingTCPServer):
    """Serves on a free port of 127.0.0.1 while it is entered."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Connection)
        self.ended = threading.Event()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *arguments):
        self.ended.set()
        self.shutdown()
        super().__exit__(*arguments)

    def handle_error(self, *_):
        """A client that has seen enough goes away."""

    def url(self, fault):
        return f"ws://127.0.0.1:{self.server_address[1]}/{fault}"
