"""Headless Chromium as a client, driven by Tests/browser/webdriver.py."""

import functools
import http.server
import json
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "browser"))

from webdriver import Driver, Failure  # noqa: E402

# `exchange(url, body)` opens a socket and gives it to the body with `heard()`, a promise of the next message, and `end`, one of the close event.
# It gives what went wrong, or null.
PAGE = """
globalThis.exchange = (url, body) => {
    const socket = new WebSocket(url), waiting = [], come = [];
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => waiting.length ? waiting.shift()(event.data) : come.push(event.data);
    const end = new Promise((resolve) => socket.onclose = resolve);
    const ended = end.then((event) => { throw new Error(`closed with ${event.code}`); });
    ended.catch(() => {});
    const heard = () => come.length ? Promise.resolve(come.shift()) : Promise.race([new Promise((resolve) => waiting.push(resolve)), ended]);
    const opened = new Promise((resolve) => socket.onopen = resolve);
    const silent = new Promise((_, reject) => setTimeout(() => reject(new Error("nothing more came for 20 s")), 20000));
    return Promise.race([silent, Promise.race([opened, ended]).then(() => body(socket, heard, end))])
        .then(() => null, (error) => String(error)).finally(() => socket.close());
};
globalThis.demand = (holds, otherwise) => { if (!holds) throw new Error(otherwise); };
globalThis.bytes = (count) => Uint8Array.from({ length: count }, (_, index) => (index * 7 + (index >> 8)) & 255);
globalThis.same = (back, sent) => {
    if (typeof back === "string" || typeof sent === "string") return back === sent;
    const view = new Uint8Array(back);
    return view.length === sent.length && view.every((byte, index) => byte === sent[index]);
};
globalThis.echo = (messages) => async (socket, heard) => {
    for (const message of messages) socket.send(message);
    for (const message of messages) {
        const back = await heard();
        demand(same(back, message), `${String(back).slice(0, 40)} came back for ${String(message).slice(0, 40)}`);
    }
};
globalThis.close = (code, reason, expected) => async (socket, heard, end) => {
    if (code) socket.close(code, reason); else socket.close();
    const event = await end;
    demand(event.code === expected && event.wasClean, `closed with ${event.code}, ${event.wasClean ? "clean" : "not clean"}`);
};
"""
SIZES = [0, 1, 125, 126, 65535, 65536]
EXCHANGES = {
    "texts of every length form, in order": f"echo({json.dumps(SIZES)}.map((size) => 'x'.repeat(size)))",
    "texts with NUL, Chinese, emoji": r"echo(['a\0b', '直播带岗', '👩‍🔧', '\u{10FFFF}'])",
    "half a surrogate pair, which becomes U+FFFD": r"async (socket, heard) => { socket.send('\ud800'); demand(await heard() === '\ufffd', 'else'); }",
    "binaries up to 8 MiB, in order": f"echo({json.dumps([*SIZES, 1 << 23])}.map(bytes))",
    "a text of 8 MiB": "echo(['岗位'.repeat((8 << 20) / 6)])",
    "a thousand messages at once": "echo(Array.from({ length: 1000 }, (_, index) => String(index)))",
    "close with 1000": "close(1000, '', 1000)",
    "close with 3000 and a reason": "close(3000, '下次见', 3000)",
    "close with 4999 and the longest reason": "close(4999, 'x'.repeat(123), 4999)",
    "close without a code": "close(undefined, undefined, 1005)",
    "17 MiB are refused with 1009": "async (socket, heard, end) => { socket.send(new Uint8Array(17 << 20));"
    " const event = await end; demand(event.code === 1009, `closed with ${event.code}`); }",
}
TWO_TEXTS = ("two texts", "async (...all) => { await echo(['ab', 'cd'])(...all); await close(1000, '', 1000)(...all); }")


class Blank(http.server.BaseHTTPRequestHandler):
    """An empty page, as Chromium lets only pages of this machine connect to it."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Counterpart:
    def __enter__(self):
        self.pages = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Blank)
        threading.Thread(target=self.pages.serve_forever, daemon=True).start()
        self.driver = Driver().__enter__()
        self.browser = self.driver.browser()
        self.browser.open(f"http://127.0.0.1:{self.pages.server_port}/")
        self.browser.script(PAGE)
        return self

    def __exit__(self, *arguments):
        self.browser.__exit__()
        self.driver.__exit__(*arguments)
        self.pages.shutdown()
        self.pages.server_close()

    def run(self, body, url):
        try:
            return self.browser.script(f"return exchange(arguments[0], {body})", url)
        except Failure as failure:
            return str(failure)

    def exchanges(self):
        for name, body in EXCHANGES.items():
            yield name, functools.partial(self.run, body)

    def noticing(self):
        """By the fault: the exchange that must fail, and its name."""
        exchange = (TWO_TEXTS[0], functools.partial(self.run, TWO_TEXTS[1]))
        return dict.fromkeys(["accept", "byte", "kind", "masked", "code"], exchange)
