"""An office's day: a clerk's careless spreadsheet becomes a session that stands prepared, on a phone, on a desk, and by keyboard alone."""

import pathlib
import re
import sys
import tempfile

import axe
from jobcast import ROOT, Server, uscc
from office import Office
from webdriver import Failure, expect, until

sys.path.insert(0, str(ROOT / "Tests"))

import workbooks  # noqa: E402

PASSWORD = "一句只有我自己知道的话 abc"
EMPLOYER = "广州明珞装备股份有限公司"
DOCUMENTS = ("businessLicence", "identityOfRepresentative", "authorisation")

#: What may stand in Latin letters on a Chinese page.
LATIN = {"Jobcast", "English", "MiB", "Alt", "clerk", "reviewer", "QR", "PDF", "JPEG", "PNG", "operator"}


def run(driver, report):
    ways = [
        ("in Chinese on a phone", "zh", (360, 740), Hand),
        ("in English on a desk", "en", (1440, 900), Hand),
        ("by keyboard alone", "zh", (1280, 900), Keys),
    ]
    for way, language, size, hand in ways:
        with Server() as server, driver.browser(*size) as browser, tempfile.TemporaryDirectory() as folder:
            day = Day(server, browser, language, hand(browser), pathlib.Path(folder), way.split()[-1])
            for step in STEPS:
                name = f"{step.__doc__}, {way}"
                try:
                    step(day)
                    day.look(step.__name__)
                    report(name)
                except (Failure, KeyError, TypeError, IndexError, OSError) as failure:
                    report(name, f"{type(failure).__name__}: {failure}")
                    day.keep(f"failed-{step.__name__}")
                    break
            complaints = [line for line in browser.console() if "Failed to load resource" not in line]
            report(f"nothing complained in the console, {way}", "\n".join(complaints) or None)


class Hand:
    """Somebody with a mouse, or a finger."""

    def __init__(self, browser):
        self.browser = browser

    def press(self, selector):
        self.browser.click(selector)

    def fill(self, selector, text):
        self.browser.element(selector)
        self.browser.script("document.querySelector(arguments[0]).value = ''", selector)
        self.browser.type(selector, text)

    def choose(self, selector, value):
        self.browser.enter(selector, value)

    def pause(self, selector):
        """Comes to a field without doing anything."""


class Keys(Hand):
    """Somebody with a keyboard and nothing else."""

    def pause(self, selector):
        until(lambda: self.browser.script("return document.querySelector(arguments[0])", selector), selector)
        Office.tab(None, self.browser, selector, 250)

    def press(self, selector):
        self.pause(selector)
        isBox = self.browser.script("return document.activeElement.matches('[type=checkbox]')")
        self.browser.press("Space" if isBox else "Enter")

    def fill(self, selector, text):
        self.pause(selector)
        self.browser.script("document.activeElement.select()")
        self.browser.press(*text)

    def choose(self, selector, value):
        self.pause(selector)
        steps = self.browser.script(
            "const box = document.activeElement; return [...box.options].findIndex((one) => one.value === arguments[0]) - box.selectedIndex", value
        )
        self.browser.press(*(["ArrowDown"] * steps if steps > 0 else ["ArrowUp"] * -steps))
        expect(self.browser.script("return document.activeElement.value"), value, f"what is chosen at {selector}")


class Day:
    """An office with its clerk and a reviewer, and an employer whose documents are on file and whom nobody has verified."""

    def __init__(self, server, browser, language, hand, folder, way):
        self.server, self.page, self.language, self.hand, self.folder, self.way = server, browser, language, hand, folder, way
        registration = {"uscc": uscc(), "region": "450200"}
        office = server.post("/v1/companies", "host", registration | {"name": "柳州市就业服务中心", "kind": "publicBody"})["id"]
        registration = {"uscc": workbooks.CODE, "region": "440112"}
        self.employer = server.post("/v1/companies", "host", registration | {"name": EMPLOYER, "kind": "employer"})["id"]
        for kind in DOCUMENTS:
            server.file(f"/v1/companies/{self.employer}/documents?kind={kind}", "operator", b"%PDF-1.7 " + kind.encode())
        server.invite("clerk", PASSWORD, {"role": "host", "organisation": office})
        server.invite("reviewer", PASSWORD, {"role": "reviewer"})
        self.downloads = pathlib.Path(tempfile.mkdtemp(dir=folder))
        browser.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))
        browser.open(server.address + "/missing-so-that-nothing-runs")
        browser.script("localStorage.setItem('language', arguments[0])", language)

    def say(self, chinese, english):
        return english if self.language == "en" else chinese

    def sign_in(self, account):
        self.page.open(self.server.address + "/signin")
        self.hand.fill("#signin-account", account)
        self.hand.fill("#signin-password", PASSWORD)
        self.hand.press("#signin [type=submit]")
        # Looking at a password waits for whatever else the machine does.
        until(lambda: self.page.script("return location.pathname") == "/office", f"{account} to be signed in", 90)
        self.page.wait_text("main h1", self.say("接下来做什么", "what is next"))

    def sign_out(self):
        self.unfold()
        self.hand.press("#signout")
        until(lambda: self.page.script("return location.pathname") == "/", "the lobby")

    def unfold(self):
        """Where there is no room for the way to other pages beside the content, it is unfolded first."""
        if self.page.script("return getComputedStyle(document.querySelector('#menu')).display !== 'none'"):
            self.hand.press("#menu")

    def go(self, place):
        """Goes to another page as people do: by what the frame lists."""
        self.unfold()
        self.hand.press(f"#side a[href='/{place}']")
        self.wait(f"#side a[href='/{place}'][aria-current]")

    def wait(self, selector, what=None):
        until(lambda: self.page.script("return document.querySelector(arguments[0])", selector), what or selector)

    def tally(self):
        return self.page.script(
            "return Object.fromEntries(Array.from(document.querySelectorAll('#tally > div'), (part) => [part.dataset.status, part.querySelector('dd').innerText]))"
        )

    def statuses(self):
        return sorted(job["status"] for job in self.server.get(f"/v1/jobs?company={self.employer}", "reviewer")["items"])

    def keep(self, name):
        self.page.keep(f"day-{self.way}-{name}")

    def look(self, name):
        """How the page stands after a step: nothing serious for axe-core, nothing beyond the window, no English in Chinese."""
        self.page.settle()
        self.keep(name)
        expect(axe.faults(self.page), [], f"what axe-core finds after {name}")
        wide = self.page.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        expect(wide, 0, f"the width beyond the window after {name}")
        if self.language == "zh":
            found = set(re.findall(r"[A-Za-z]{3,}", re.sub(r"\S+\.(?:xlsx|csv)|[0-9A-Z]{18}", "", self.page.text("body")))) - LATIN
            expect(found - {"xlsx", "csv", "CSV"}, set(), f"English on the Chinese page after {name}")


def sends(day):
    """a clerk signs in and sends a table with ten kinds of mistakes"""
    day.sign_in("clerk")
    day.go("import")
    day.wait("#file")
    path = day.folder / "三月岗位.xlsx"
    path.write_bytes(workbooks.careless())
    day.hand.pause("#file")
    day.page.type("#file", str(path))
    day.page.wait_text("#outcome", day.say("检查结果", "What was found"))
    expect(day.tally()["good"], "0", "rows that are good before the columns are")


def matches(day):
    """what a column is that was not known is said, and then each mistake stands at its cell"""
    place = day.page.script("return [...document.querySelectorAll('.uses select')].findIndex((one) => one.value === 'undecided')")
    day.hand.choose(f"#use-{place}", "duties")
    day.hand.press("#check")
    try:
        until(lambda: day.tally().get("good") == "3", "three good rows")
    except Failure:
        raise Failure(f"the counts are {day.tally()}; {day.page.text('#rows')}") from None
    expect((day.tally()["faulty"], day.tally()["repeated"]), ("10", "1"), "rows with mistakes, and repeated ones")
    day.page.wait_text("#rows", "面议")
    told = day.page.script("return [...document.querySelectorAll('#rows tbody tr')].map((row) => row.querySelectorAll('.fault').length)")
    expect([count > 0 for count in told], [True] * 10, "each row with a mistake says so")


def commits(day):
    """the corrections are taken home, and the good rows are posted"""
    day.hand.press("#corrections")
    path = until(lambda: list(day.downloads.glob("*.csv")), "the table with its faults")[0]
    lines = path.read_text("utf-8-sig").splitlines()
    told = [line for line in lines[1:] if line.rsplit(",", 1)[-1].strip('"')]
    expect(len(told) >= 10, True, f"lines that say what is wrong in {lines}")
    day.hand.press("#commit")
    day.page.wait_text("#outcome", day.say("已导入 3 个岗位", "3 jobs posted"))
    expect(day.statuses(), ["posted"] * 3, "the jobs")


def verifies(day):
    """a reviewer signs in and verifies the employer that waits"""
    day.sign_out()
    day.sign_in("reviewer")
    day.hand.press("#task-verify")
    day.hand.press(f"#companies a[href$='{day.employer}']")
    day.page.wait_text("#documents", day.say("委托证明", "Authorisation"))
    day.hand.press("#verification [type=submit]")
    day.page.wait_text("#notices", day.say("已核验", "is verified"))


def vets(day):
    """the reviewer approves the jobs at once, takes it back, and approves them again"""
    day.go("vetting")
    day.wait("#queue .row")
    for attempt in ("undone", "sent"):
        until(lambda: day.page.script("return document.querySelectorAll('#queue .row').length") == 3, "three jobs in the queue")
        if not day.page.script("return document.querySelectorAll('#queue .choose:checked').length"):
            day.hand.press("#choose-all")
        until(lambda: day.page.script("return document.querySelectorAll('#queue .choose:checked').length") == 3, "three chosen jobs")
        day.hand.press("#approve")
        day.page.wait_text("#outbox", "3")
        if attempt == "undone":
            day.hand.press("#undo")
    until(lambda: day.statuses() == ["vetted"] * 3, "the jobs to be vetted")
    versions = {job["version"] for job in day.server.get(f"/v1/jobs?company={day.employer}", "reviewer")["items"]}
    expect(versions, {2}, "events of each job: posted and vetted, and nothing of what was taken back")


def plans(day):
    """the clerk opens a series and plans a session in it, segment by segment"""
    day.sign_out()
    day.sign_in("clerk")
    day.go("series")
    day.hand.press("#open")
    day.hand.fill("#opening-title", "春风行动")
    day.hand.fill("#opening-organisers", "柳州市人社局")
    day.hand.press("#opening [type=submit]")
    day.page.wait_text("main h1", "春风行动")
    day.hand.press("main a[href^='/sessions?new']")
    day.hand.fill("#schedule-title", "明珞专场")
    day.hand.press("#add-segment")
    day.hand.press("#add-segment")
    day.hand.fill(".course li:nth-child(2) [data-part=title]", "租房补贴")
    day.hand.fill(".course li:nth-child(2) [data-part=minutes]", "20")
    day.hand.press(".course li:nth-child(2) [data-step=up]")
    day.page.wait_text("#notices", "1")
    day.look("planning")
    day.hand.press("#schedule [type=submit]")
    day.page.wait_text("#session-title", "明珞专场")
    day.page.wait_text("main .facts", "租房补贴")


def prepares(day):
    """the jobs are put on the session's shelf"""
    day.hand.press("#next a[href^='/jobs']")
    day.wait("#jobs .choose")
    for place in (1, 2, 3):
        day.hand.press(f"#jobs li:nth-child({place}) .choose")
    day.hand.press("#shelve-selected")
    day.hand.press("#shelve [type=submit]")
    day.page.wait_text("#notices", day.say("已把 3 个岗位加入货架", "3 jobs are on the shelf"))


def stands(day):
    """the session stands prepared, in its series and in its order, and the lobby shows it"""
    listed = day.server.get("/v1/sessions?status=upcoming")["items"]
    session = day.server.get(f"/v1/sessions/{listed[0]['id']}")
    expect([(one["kind"], one.get("title"), one["minutes"]) for one in session["segments"]], [("policy", "租房补贴", 20), ("jobs", None, 45)], "the course")
    series = day.server.get(f"/v1/series/{session['series']}")
    expect((session["title"], session["shelf"]["jobs"], series["title"]), ("明珞专场", 3, "春风行动"), "the session")
    day.sign_out()
    day.page.open(day.server.address)
    day.page.wait_text("#upcoming", "明珞专场")
    expect(day.page.text("#upcoming .session-sums") is not None, True, "what it offers")


STEPS = [sends, matches, commits, verifies, vets, plans, prepares, stands]
