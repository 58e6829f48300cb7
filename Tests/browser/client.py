"""client.js by itself: its tests run in the page client.html."""

import contextlib
import http.server
import pathlib
import threading

from webdriver import until

HERE = pathlib.Path(__file__).resolve().parent
STATIC = HERE.parents[1] / "Sources/Pages/Static"


class Files(http.server.SimpleHTTPRequestHandler):
    def translate_path(self, path):
        if path.startswith("/static/"):
            return str(STATIC / path.removeprefix("/static/"))
        return str(HERE / pathlib.PurePosixPath(path).name)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def pages_of(driver):
    """A browser, and the address where it finds the files of the pages as they lie in the sources."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with driver.browser() as browser:
            yield browser, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def run(driver, report):
    with pages_of(driver) as (browser, address):
        browser.open(address + "/client.html")
        for test in until(lambda: browser.script("return globalThis.outcome"), "client.js's tests to end"):
            report(f"client.js: {test['name']}", test.get("failure"))
