"""A headless Chromium, driven over the W3C WebDriver protocol (https://www.w3.org/TR/webdriver2/) with the standard library alone."""

import base64
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "ArrowDown": "\ue015", "ArrowUp": "\ue013", "Tab": "\ue004", "Space": "\ue00d"}
SETTLE = """
    const done = arguments[0];
    let last = null;
    const look = () => {
      const now = `${scrollY} ${document.documentElement.scrollHeight}`;
      if (now === last) return done();
      last = now;
      requestAnimationFrame(() => requestAnimationFrame(look));
    };
    look();
"""
PATIENCE = 20.0  # seconds until a wait fails


class Failure(AssertionError):
    """What was expected did not come to pass."""


def expect(actual, expected, what):
    if actual != expected:
        raise Failure(f"{what}: {actual!r}, expected {expected!r}")


def until(condition, what, patience=PATIENCE):
    """Gives the first truthy value of a condition, which is asked again and again."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise Failure(f"waited {patience:g} s in vain for {what}")


class Driver:
    """One chromedriver process; each browser it opens has a profile of its own."""

    def __enter__(self):
        executable = shutil.which("chromedriver")
        if not executable:
            raise SystemExit("chromedriver is missing; apt-get install chromium chromium-driver")
        self.process = subprocess.Popen([executable, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            if port := re.search(r"successfully on port (\d+)", line):
                self.address = f"http://127.0.0.1:{port[1]}"
                return self
        raise SystemExit("chromedriver did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise Failure(json.load(error)["value"]["message"].splitlines()[0]) from None

    def browser(self, width=390, height=844, dark=False):
        return Browser(self, width, height, dark)


class Browser:
    """A window with cookies and storage of its own."""

    def __init__(self, driver, width, height, dark):
        arguments = ["--headless=new", f"--window-size={width},{height}", "--disable-dev-shm-usage", "--lang=zh-CN", "--no-proxy-server"]
        arguments += ["--no-sandbox"] if os.geteuid() == 0 else []
        arguments += ["--force-dark-mode"] if dark else []
        options = {"args": arguments}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        self.driver = driver
        self.path = "/session/" + driver.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 700)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.call("DELETE", "")

    def call(self, method, path, body=None):
        return self.driver.call(method, self.path + path, body if body is not None or method != "POST" else {})

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, address):
        self.call("POST", "/url", {"url": address})

    def sign_in(self, address, token):
        """Opens an address as whoever the token is of, as people do: by a link, and by agreeing to what it hands over."""
        self.open(address)
        self.script("sessionStorage.clear()")
        self.open("about:blank")
        self.open(f"{address}#token={token}")
        self.accept_handed()

    def accept_handed(self):
        """Agrees to use the identity that a link hands over; the page is loaded anew with it."""
        self.script("window.isBefore = true")
        self.click("#handed-accept")
        until(lambda: self.script("return !window.isBefore && document.readyState === 'complete'"), "the page of the new identity")

    def script(self, body, *arguments):
        return self.call("POST", "/execute/sync", {"script": body, "args": list(arguments)})

    def text(self, selector):
        """The visible text of the first match, or None without one."""
        return self.script("return document.querySelector(arguments[0])?.innerText ?? null", selector)

    def wait_text(self, selector, expected):
        """Waits until the text of an element holds what is expected; gives the text."""
        try:
            return until(lambda: (text := self.text(selector)) is not None and expected in text and text, selector)
        except Failure:
            raise Failure(f"{selector} shows {self.text(selector)!r}, not {expected!r}; console: {self.console()}") from None

    def element(self, selector):
        return until(lambda: self.call("POST", "/elements", {"using": "css selector", "value": selector}), selector)[0][ELEMENT]

    def click(self, selector):
        """Clicks in the middle of the window, where nothing fixed to an edge lies over the element; once more if it was just replaced."""
        try:
            self.click_found(self.element(selector))
        except Failure as failure:
            if "stale element" not in str(failure):
                raise
            self.click_found(self.element(selector))

    def click_found(self, element):
        self.script("arguments[0].scrollIntoView({ block: 'center' })", {ELEMENT: element})
        self.call("POST", f"/element/{element}/click")

    def tap(self, selector):
        """Clicks without bringing the element into view first: what is fixed to the window's edge."""
        self.call("POST", f"/element/{self.element(selector)}/click")

    def settle(self):
        """Waits until nothing scrolls or is laid out any more: two frames that show the same."""
        self.call("POST", "/execute/async", {"script": SETTLE, "args": []})

    def type(self, selector, text):
        self.call("POST", f"/element/{self.element(selector)}/value", {"text": text})

    def enter(self, selector, value):
        """Sets the value of a field as if it had been typed over the old one and left."""
        self.script(
            "const field = document.querySelector(arguments[0]); field.value = arguments[1];"
            "for (const type of ['input', 'change']) field.dispatchEvent(new Event(type))",
            selector,
            value,
        )

    def press(self, *names):
        """Presses keys, wherever the focus is."""
        strokes = [{"type": kind, "value": KEYS.get(name, name)} for name in names for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]})

    def console(self):
        """What went wrong in the page since the last call, by its own account."""
        entries = self.call("POST", "/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def network(self):
        """What DevTools saw of the network since the last call, oldest first, each with its parameters."""
        entries = self.call("POST", "/se/log", {"type": "performance"})
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        return [(message["method"], message["params"]) for message in messages if message["method"].startswith("Network.")]

    def keep(self, name):
        """Keeps a picture of the window where SCREENSHOTS says, if it does."""
        if folder := os.environ.get("SCREENSHOTS"):
            os.makedirs(folder, exist_ok=True)
            self.screenshot(f"{folder}/{name}.png")

    def screenshot(self, path, full=False):
        if full:
            data = self.devtools("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        else:
            data = self.call("GET", "/screenshot")
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
