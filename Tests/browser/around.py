"""The pages around a session: the lobby's lists, choosing and stepping in insight, operations, and what is said to those who are wrong."""

import os
import re
import time

from jobcast import Server
from webdriver import Failure, expect, until

PAST, COMING = 24, 23  # sessions: more than a page of the lobby's, which has 20


def run(driver, report):
    with Server() as server, driver.browser(360, 800) as phone, driver.browser(1440, 900) as desk:
        place = Place(server, phone, desk)
        for scene in SCENES:
            try:
                scene(place)
                report(scene.__doc__)
            except (Failure, KeyError, TypeError, IndexError) as failure:
                report(scene.__doc__, f"{type(failure).__name__}: {failure}")
                place.picture(f"failed-{scene.__name__}")


class Place:
    """Sessions of two hosts: past ones, coming ones, one that is late, one whose host never came, one that is live."""

    def __init__(self, server, phone, desk):
        self.server, self.phone, self.desk = server, phone, desk
        for hours in range(PAST):
            self.schedule(f"往期 {hours:02}", hours - 100, 1, through=["start", "end"])
        for number in range(COMING):  # in no order: 7 and 23 have no common divisor
            self.schedule(f"预告 {number * 7 % COMING:02}", 1 + number * 7 % COMING, 1)
        self.schedule("迟到专场", -0.5, 2)
        self.schedule("无人专场", -30, 2)
        self.live = self.schedule("直播专场", -0.2, 2, through=["start"])
        self.schedule("别人的专场", -0.1, 2, through=["start"], host="host-2")

    def schedule(self, title, starts, hours, through=(), host="host-1"):
        """A session that starts so many hours from now."""

        def at(offset):
            return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + offset * 3600))

        wanted = {"title": title, "format": "county", "startsAt": at(starts), "endsAt": at(starts + hours), "base": "东莞直播基地"}
        session = self.server.post("/v1/sessions", "host", wanted, host)["id"]
        for step in through:
            self.server.post(f"/v1/sessions/{session}/{step}", "host", None, host)
        return session

    def open(self, browser, path, role=None, subject=None):
        """Opens a page anew, as whoever that is."""
        browser.open(self.server.address + "/missing-so-that-nothing-runs")
        browser.script("sessionStorage.clear(); arguments[0] && sessionStorage.setItem('token', arguments[0])",
                       self.server.token(role, subject) if role else None)  # fmt: skip
        browser.open(self.server.address + path)

    def picture(self, name):
        if folder := os.environ.get("SCREENSHOTS"):
            os.makedirs(folder, exist_ok=True)
            self.phone.screenshot(f"{folder}/{name}-phone.png", full=True)
            self.desk.screenshot(f"{folder}/{name}-desk.png")


def titles(browser, place):
    return browser.script("return Array.from(document.querySelectorAll(`#${arguments[0]} h3`), (title) => title.textContent)", place)


def lists(place):
    """the lobby lists what is live, what is coming by its start, and what is over, newest first; each to its end"""
    for browser in (place.phone, place.desk):
        place.open(browser, "/")
        browser.wait_text("#ended", "往期")
        browser.wait_text("#upcoming", "预告")
        browser.wait_text("#live", "直播专场")
        expect(titles(browser, "live"), ["直播专场", "别人的专场"], "live sessions")
        coming = ["迟到专场", *(f"预告 {number:02}" for number in range(COMING))]
        past = [f"往期 {number:02}" for number in reversed(range(PAST))]
        expect(titles(browser, "upcoming"), coming[:20], "the first coming sessions")
        expect(titles(browser, "ended"), past[:20], "the newest past sessions")
        expect("等待开播" in browser.text("#upcoming .session"), True, "the session whose start is over is marked")
        expect("基地基地" in browser.text("#upcoming .session"), False, "a base is named once")
        for section, all_of_it in [("upcoming", coming), ("ended", past)]:
            browser.script("document.querySelector(`#${arguments[0]}-more`).click()", section)
            until(lambda: len(titles(browser, section)) > 20, f"more of {section}")
            expect(titles(browser, section), all_of_it, f"all of {section}")
            expect(browser.script("return document.querySelector(`#${arguments[0]}-more`).hidden", section), True, "nothing more to load")
        browser.script("document.dispatchEvent(new Event('visibilitychange'))")
        browser.wait_text("#live", "直播专场")
        expect(titles(browser, "ended"), past, "past sessions after the list was asked for again")
    place.picture("lobby")


def roles(place):
    """the lobby offers a host the console of the own sessions only, and analysts none"""
    def links(browser):
        browser.wait_text("#live", "别人的专场")
        return [card.split("\n") for card in browser.script("return Array.from(document.querySelectorAll('#live .session'), (one) => one.innerText)")]

    for role, subject, wanted in [
        ("host", "host-1", [("主播台", True, False), ("数据回放", True, False)]),
        ("analyst", None, [("主播台", False, False), ("数据回放", True, True)]),
        ("operator", None, [("主播台", True, True), ("数据回放", True, True)]),
        ("recruiter", None, [("主播台", False, False), ("数据回放", False, False)]),
        (None, None, [("主播台", False, False), ("数据回放", False, False)]),
    ]:
        place.open(place.desk, "/", role, subject)
        own, other = links(place.desk)
        for words, *expected in wanted:
            expect([words in own, words in other], expected, f"{words} for {role}")


def english(place):
    """pages in English have English titles"""
    for path, role, title in [("/", None, "Lobby"), ("/studio", "host", "Studio"), ("/insight", "analyst", "Insight"), ("/operations", "operator", "Operations")]:
        place.open(place.desk, path, role)
        place.desk.click("#language")
        until(lambda: place.desk.script("return document.title") == f"{title} · Jobcast", f"the title of {path} in English")
        expect(place.desk.script("return document.documentElement.lang"), "en", "language of the document")
        place.desk.click("#language")


def missing(place):
    """a mistyped address says so in both languages and leads to the lobby"""
    for browser in (place.phone, place.desk):
        place.open(browser, "/wacth")
        for words in ("没有这个页面", "There is no such page"):
            browser.wait_text("main", words)
    place.picture("missing")
    place.phone.click("main a")
    place.phone.wait_text("h1", "直播带岗大厅")


def unknown(place):
    """studio and insight say what to do about an unknown session, another's session and a token that is no longer taken; it stays"""
    nothing = "00000000-0000-4000-8000-000000000000"
    for path, role, subject, words, way in [
        (f"/studio?session={nothing}", "host", None, "没有找到", "/"),
        (f"/insight?session={nothing}", "analyst", None, "没有找到", "/"),
        (f"/insight?session={place.live}", "host", "host-2", "当前身份不能做这件事", "/"),
        ("/studio", None, None, "请先登录", "/signin"),
        ("/insight", None, None, "请先登录", "/signin"),
        ("/operations", "host", None, "不在您的授权里", "/office"),
    ]:
        for browser in (place.phone, place.desk):
            place.open(browser, path, role, subject)
            browser.wait_text("main h1", words)
            expect(browser.text("#notices"), "", "what passes")
            expect(browser.script("return document.querySelector('main a').pathname"), way, "the way on")
    place.picture("unknown")
    place.open(place.desk, "/operations", "operator")
    place.desk.wait_text("#projections", "实时数据")
    stale = place.server.token("operator")[:-4] + "AAAA"
    place.desk.script("sessionStorage.setItem('token', arguments[0]); location.reload()", stale)
    place.desk.wait_text("main h1", "请先登录")


def refused(place):
    """what the server refuses is told at its field, in the page's language"""
    page = place.desk
    place.open(page, "/sessions?new", "host")
    page.type("#schedule-title", "太长的专场")
    page.script("""
        const local = (date) => new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
        document.querySelector("#schedule-startsAt").value = local(new Date(Date.now() + 3600000));
        document.querySelector("#schedule-endsAt").value = local(new Date(Date.now() + 30 * 3600000));
    """)
    page.click("#schedule [type=submit]")
    told = page.wait_text("#schedule-endsAt-error", "应在开始后 24 小时内")
    if latin := re.search("[A-Za-z]+", told):
        raise Failure(f"{latin[0]!r} in {told!r}")
    expect(page.script("return [document.activeElement.id, document.activeElement.getAttribute('aria-invalid')]"), ["schedule-endsAt", "true"], "the field")
    page.click("#language")
    page.click("#schedule [type=submit]")
    page.wait_text("#schedule-endsAt-error", "must be within 24 hours")
    page.click("#language")


def steps(place):
    """insight's arrows step to the event before and after, also beyond those that are listed"""
    kinds = ["policy", "questions"] * 60
    for kind in kinds:
        place.server.post(f"/v1/sessions/{place.live}/segments", "host", {"kind": kind})
    positions = [event["position"] for event in place.server.events(place.live)]
    page = place.desk
    place.open(page, f"/insight?session={place.live}", "analyst")
    page.wait_text("#events", "开播")

    def chosen():
        return int(page.script("return document.querySelector('#position').value") or 0)

    until(lambda: chosen() >= positions[-1], "the newest position")
    page.enter("#position", positions[-1])
    for position in positions[-2:-5:-1]:
        page.click("#earlier")
        until(lambda: chosen() == position, f"a step back to {position}, not {chosen()}")
    page.click("#later")
    until(lambda: chosen() == positions[-3], "a step forward")
    place.open(place.phone, f"/insight?session={place.live}", "analyst")
    place.phone.wait_text("#events", "开播")
    place.picture("insight")


def choice(place):
    """insight offers sessions newest first and all of them, a host only the own ones"""
    place.open(place.desk, "/insight", "analyst")
    place.desk.wait_text("#sessions", "预告")
    expect(titles(place.desk, "sessions")[0], f"预告 {COMING - 1:02}", "the latest session")
    place.desk.click("#sessions-more")
    until(lambda: "往期 00" in titles(place.desk, "sessions"), "the rest of the sessions")
    place.open(place.desk, "/insight", "host", "host-2")
    place.desk.wait_text("#sessions", "别人的专场")
    expect(titles(place.desk, "sessions"), ["别人的专场"], "the host's own sessions")


def operations(place):
    """operations names the projections in the page's language, and shows nothing old once the server is gone"""
    for browser in (place.phone, place.desk):
        place.open(browser, "/operations", "operator")
        browser.wait_text("#projections", "实时数据")
    place.picture("operations")
    place.server.stop()
    place.desk.wait_text("#failure", "网络不通")
    expect(place.desk.text("#projections"), "", "rows of a server that is gone")
    place.server.start()
    place.desk.wait_text("#projections", "实时数据")


SCENES = [lists, roles, english, missing, unknown, refused, steps, choice, operations]
