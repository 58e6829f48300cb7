"""The staff's pages: the frame, the ways of a reviewer and of an office's clerk by keyboard alone, and what axe-core finds in each state."""

import pathlib

import journeys
import states
from jobcast import JOBS, Server, posting, schedule, story, uscc
from webdriver import Failure, until


def run(driver, report):
    with Server() as server, driver.browser(360, 740) as phone, driver.browser(1440, 900) as desk:
        office = Office(server, phone, desk)
        for scene in states.SCENES + journeys.SCENES:
            try:
                scene(office)
                report(scene.__doc__)
            except (Failure, KeyError, TypeError, IndexError) as failure:
                report(scene.__doc__, f"{type(failure).__name__}: {failure}")
                for browser, name in [(phone, "phone"), (desk, "desk")]:
                    browser.keep(f"failed-{scene.__name__}-{name}")
        complaints = [line for line in phone.console() + desk.console() if "Failed to load resource" not in line]
        report("no page of the staff complained in its console", "\n".join(complaints) or None)


#: Signs in as the page does; gives the status of the answer.
SIGN_IN = """
    const [account, password, done] = arguments;
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() };
    fetch('/v1/sign-ins', { method: 'POST', headers, body: JSON.stringify({ account, password }) })
      .then(({ status }) => done(status), (error) => done(String(error)));
"""


class Office:
    """The story's company and session, a second company that nobody has verified, and ten jobs of it that nobody has vetted."""

    waiting = 10

    def __init__(self, server, phone, desk):
        self.server, self.phone, self.desk = server, phone, desk
        self.session, self.jobs = story(server)
        self.picture = pathlib.Path(server.folder, "premises.png")
        desk.screenshot(self.picture)
        self.empty = schedule(server, "空货架专场", 3)
        self.company = server.post("/v1/companies", "host", {"name": "柳州汽车零部件有限公司", "uscc": uscc(), "region": "450200", "kind": "employer"})["id"]
        self.posted = [
            server.post("/v1/jobs", "host", posting(self.company, f"装配工{number + 1}号线", *JOBS[0][1:]))["id"] for number in range(self.waiting)
        ]

    def open(self, browser, path, role=None, language="zh", **token):
        """Opens a page anew, as whoever that is and in a language."""
        browser.devtools("Network.clearBrowserCookies")
        browser.open(self.server.address + "/missing-so-that-nothing-runs")
        held = self.server.token(role, **token) if role else None
        browser.script(
            "sessionStorage.clear(); localStorage.setItem('language', arguments[1]); arguments[0] && sessionStorage.setItem('token', arguments[0])",
            held, language,
        )  # fmt: skip
        browser.open(self.server.address + path)

    def enter(self, browser, path, account, password, language="zh"):
        """Opens a page anew as somebody who has signed in by a password."""
        self.open(browser, "/missing-so-that-nothing-runs", language=language)
        answer = browser.call("POST", "/execute/async", {"script": SIGN_IN, "args": [account, password]})
        if answer != 201:
            raise Failure(f"{account} signs in: {answer}")
        browser.open(self.server.address + path)

    def tab(self, browser, selector, most=120):
        """Presses Tab until what is meant has the focus."""
        for _ in range(most):
            if browser.script("return document.activeElement.matches(arguments[0])", selector):
                return
            browser.press("Tab")
        raise Failure(f"{most} tabs don't lead to {selector}")

    def fill(self, browser, form, values):
        """Fills fields by keyboard alone, one after the other."""
        for name, text in values.items():
            self.tab(browser, f"#{form}-{name}")
            browser.press(*text)

    def job(self, index):
        return self.server.get(f"/v1/jobs/{self.posted[index]}", "reviewer")

    def statuses(self):
        return [self.job(index)["status"] for index in range(self.waiting)]

    def wait_statuses(self, wanted):
        until(lambda: self.statuses() == wanted, f"the jobs to be {wanted}")
