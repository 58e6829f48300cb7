"""What becomes of a résumé: a candidate sends it, a recruiter answers by keyboard alone, a case worker asks, and the candidate sees all of it."""

import re
import time

import axe
import forms
from jobcast import Server, story
from office import Office
from webdriver import Failure, expect, until

NUMBER = "13800138000"
LATHE, SORTER = "数控车床操作工", "仓库分拣员（日结）"

#: Keeps the text of each file that the page gives the browser.
FILES = """
    window.files = [];
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => { blob.text().then((text) => window.files.push(text)); return make.call(URL, blob); };
"""

#: In which order the segments of a field for a moment stand in this browser.
ORDER = """
    const format = new Intl.DateTimeFormat(navigator.language, { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
    return format.formatToParts(new Date()).map(({ type }) => type).filter((type) => type !== 'literal');
"""


def run(driver, report):
    with Server() as server, driver.browser(390, 844) as phone, driver.browser(1440, 900) as desk:
        place = Desk(server, phone, desk)
        for scene in SCENES:
            try:
                scene(place)
                report(scene.__doc__)
            except (Failure, KeyError, TypeError, IndexError) as failure:
                report(scene.__doc__, f"{type(failure).__name__}: {failure}")
                for browser, name in [(phone, "phone"), (desk, "desk")]:
                    browser.keep(f"failed-{scene.__name__}-{name}")
        complaints = [line for line in phone.console() + desk.console() if "Failed to load resource" not in line]
        report("no page of a résumé's life complained in its console", "\n".join(complaints) or None)


class Desk(Office):
    """The story's company with a live session; the candidate holds the phone, and the case worker now and then."""

    def __init__(self, server, phone, desk):
        self.server, self.phone, self.desk = server, phone, desk
        self.session, self.jobs = story(server)
        server.post(f"/v1/sessions/{self.session}/start", "host")
        self.company = server.get(f"/v1/jobs/{self.jobs[LATHE]}")["company"]

    def recruit(self, path, language="zh"):
        self.open(self.desk, path, "recruiter", language, grants=[{"role": "recruiter", "organisation": self.company}])

    def apply(self, title, name):
        """Somebody sends a résumé through the page, from the phone's browser."""
        self.open(self.phone, f"/watch?session={self.session}")
        self.phone.wait_text("#shelf", title)
        number = list(self.jobs).index(title) + 1
        self.phone.click(f"#shelf > li:nth-child({number}) .apply")
        self.phone.type("#resume-phone", NUMBER)
        self.phone.type("#resume-name", name)
        self.phone.type("#resume-profile", "开过三年数控车床")
        self.phone.click("#resume-consent")
        self.phone.click("#resume-send")
        self.phone.wait_text("#notices", "投递成功")

    def see(self, *texts):
        """The candidate's page, which says all of that of the newest submission."""
        self.open(self.phone, f"/watch?session={self.session}#mine-panel")
        for text in texts:
            self.phone.wait_text("#mine > li:first-child", text)

    def submission(self):
        """The candidate's newest, as an operator reads it."""
        return self.server.get("/v1/submissions?order=newest&limit=1", "operator")["items"][0]

    def choose(self, selector, value):
        """Chooses from a list by keyboard alone."""
        page = self.desk
        self.tab(page, selector)
        steps = page.script(
            "const box = document.activeElement; return [...box.options].findIndex((one) => one.value === arguments[0]) - box.selectedIndex", value
        )
        page.press(*(["ArrowDown"] * steps if steps > 0 else ["ArrowUp"] * -steps))
        expect(page.script("return document.activeElement.value"), value, f"what is chosen at {selector}")

    def enter(self, selector, moment):
        """Types a day or a moment by keyboard alone, in whatever order the browser wants it."""
        page = self.desk
        self.tab(page, selector)
        parts = dict(zip(["year", "month", "day", "hour", "minute"], re.findall(r"\d+", moment)))
        order = [part for part in page.script(ORDER) if part in parts]
        page.press(*"".join(parts[part] for part in order))
        expect(page.script("return document.querySelector(arguments[0]).value", selector), moment, f"what was typed at {selector}")

    def replace(self, selector, text):
        self.tab(self.desk, selector)
        self.desk.script("document.activeElement.select()")
        self.desk.press(*text)

    def send(self, form):
        self.tab(self.desk, f"#{form} [type=submit]")
        self.desk.press("Enter")
        until(lambda: not self.desk.script("return document.querySelector('dialog[open]')"), f"{form} to be sent: {self.desk.text(f'#{form}')}")


def applies(place):
    """a candidate applies, and reads by when an answer is promised"""
    place.apply(LATHE, "韦小兰")
    place.see(LATHE, "已投递", "企业承诺在")


def lists(place):
    """the recruiter comes from the office to what waits; neither there nor in one before it is opened stands a number"""
    page = place.desk
    place.recruit("/office")
    page.wait_text("#task-submissions", "1")
    place.tab(page, "#task-submissions")
    page.press("Enter")
    page.wait_text("#submissions", "韦小兰")
    page.wait_text("#tab-submitted b", "1")
    page.wait_text("#submissions", "直播中")
    expect(NUMBER in page.text("main"), False, "the number stands in the list")
    page.keep("desk-list")
    page.press("j", "Enter")
    page.wait_text("#person", "打开简历后可以看到电话")
    expect(NUMBER in page.script("return document.documentElement.outerHTML"), False, "the number stands in a résumé that nobody has opened")
    page.keep("desk-sealed")
    page.press("b")
    until(lambda: page.script("return document.activeElement.matches('.row')"), "the keyboard to be at the row from which it came")
    page.press("Enter")
    page.wait_text("#person", "打开简历后可以看到电话")


def opens(place):
    """the recruiter opens it, notes a call that nobody answered, and asks to an interview"""
    page = place.desk
    page.press("v")
    page.wait_text("#person", NUMBER)
    page.wait_text("#person", "开过三年数控车床")
    expect(page.script("return document.querySelector('#person a').href"), f"tel:{NUMBER}", "the link to call")
    page.wait_text("main h1", "已查看")
    page.press("c")
    place.choose("#ask-contact-outcome", "noAnswer")
    place.send("ask-contact")
    page.wait_text("main h1", "已联系")
    page.press("i")
    place.enter("#ask-interview-at", tomorrow())
    place.replace("#ask-interview-place", "长安镇振安路8号一楼前台")
    page.keep("desk-interview")
    place.send("ask-interview")
    page.wait_text("#agreed", "长安镇振安路8号一楼前台")
    expect(axe.faults(page), [], "what is wrong with the page of one")
    page.keep("desk-one")
    page.script(FILES)
    place.tab(page, "#agreed [data-calendar]")
    page.press("Enter")
    until(lambda: page.script("return window.files.length"), "the recruiter's calendar file")
    expect("SUMMARY:面试：韦小兰 · 数控车床操作工\r\n" in page.script("return window.files[0]"), True, "whom the interview is with")


def tomorrow():
    return time.strftime("%Y-%m-%dT15:30", time.localtime(time.time() + 86400))


def invited(place):
    """the candidate reads when and where, and keeps it in a calendar"""
    place.see("已约面试", "15:30", "长安镇振安路8号一楼前台")
    place.phone.keep("candidate-interview")
    first = calendar(place)
    at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.mktime(time.strptime(tomorrow(), "%Y-%m-%dT%H:%M"))))
    expect(first["DTSTART"], at, "when it is, in the file")
    expect(first["LOCATION"], "长安镇振安路8号一楼前台", "where it is, in the file")
    expect(place.submission()["id"] in first["UID"], True, "the event is the submission's")
    later = {"at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 3 * 86400)), "place": "另一处；二楼，左边" * 8}
    place.server.post(f"/v1/submissions/{place.submission()['id']}/interview", "operator", later)
    place.see("另一处")
    second = calendar(place)
    expect(second["UID"], first["UID"], "the same event, put off")
    expect(int(second["SEQUENCE"]) > int(first["SEQUENCE"]), True, "a newer one of it")
    expect(second["LOCATION"], later["place"], "a long place in the file")


def calendar(place):
    """The properties of the file that the candidate's button gives, which is a calendar by its lines."""
    place.phone.script(FILES)
    place.phone.click("#mine [data-calendar]")
    until(lambda: place.phone.script("return window.files.length"), "the calendar file")
    text = place.phone.script("return window.files[0]")
    expect([line for line in text.encode().split(b"\r\n") if len(line) > 75], [], "lines that are too long")
    lines = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    expect(lines[0::len(lines) - 1], ["BEGIN:VCALENDAR", "END:VCALENDAR"], "the first and the last line")
    return {name: re.sub(r"\\(.)", r"\1", value) for name, value in (line.split(":", 1) for line in lines)}


def hires(place):
    """the recruiter makes an offer that the job's pay stands in beforehand, and hires; the candidate reads both"""
    page = place.desk
    page.open(page.script("return location.href"))
    page.wait_text("#actions", "发录用意向")
    page.press("o")
    place.tab(page, "#ask-offer-startsOn")
    expect(page.script("return document.querySelector('#ask-offer-pay-minimum').value"), "6500", "the job's pay")
    place.send("ask-offer")
    page.wait_text("#agreed", "录用意向")
    place.see("录用意向：6,500–9,000 元/月")
    page.press("h")
    place.tab(page, "#ask-hire-startsOn")
    place.tab(page, "#ask-hire [type=submit]")
    page.press("Enter")
    page.wait_text("#ask-hire-startsOn-error", "请填写")
    began = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600 - 8 * 86400))
    place.enter("#ask-hire-startsOn", began)
    place.replace("#ask-hire-pay-minimum", "7000")
    place.replace("#ask-hire-pay-maximum", "7000")
    place.send("ask-hire")
    page.wait_text("main h1", "已录用")
    page.wait_text("#agreed", "7,000 元/月")
    page.keep("desk-hired")
    page.press("b")
    page.wait_text("#submissions-empty", "这一栏现在没有简历")
    page.press("6")
    page.wait_text("#submissions", "韦小兰")
    place.see("已录用", "7,000 元/月", "上班一周了")


def asked(place):
    """a case worker on a phone finds who is to be asked after a week, calls, and notes the answers"""
    page = place.phone
    place.open(page, "/office", "caseWorker", "en")
    page.wait_text("#task-week", "1")
    page.click("#task-week")
    page.wait_text("#submissions", "韦小兰")
    page.wait_text("#tab-week b", "1")
    page.keep("care-list")
    page.click("#submissions .row")
    page.wait_text("#person", NUMBER)
    expect(page.script("return document.querySelector('#person a').href"), f"tel:{NUMBER}", "the link to call")
    page.click("#follow [type=submit]")
    page.wait_text("#follow-outcome-error", "Please fill this in")
    page.enter("#follow-outcome", "reached")
    page.type("#follow-note", "请假三天，下周回岗")
    page.click("#follow [type=submit]")
    page.wait_text("#notices", "Noted.")
    expect(axe.faults(page), [], "what is wrong with the case worker's page of one")
    page.keep("care-one")
    page.enter("#check-employed", "true")
    page.enter("#check-paidAsPromised", "false")
    page.click("#check [type=submit]")
    page.wait_text("#agreed", "still employed, not paid as promised, says the case worker")
    expect(page.script("return document.querySelector('#checking').checkVisibility()"), False, "a question is left")
    page.click("#back")
    page.wait_text("#submissions-empty", "Nothing waits here now")
    expect(page.script("return location.search"), "?due=week", "the list that one comes back to")


def tells(place):
    """the candidate tells how it is, and how content one is"""
    page = place.phone
    place.see("上班一周了")
    page.click("#mine .outcome-send")
    page.wait_text("#notices", "请先回答第一个问题")
    page.click("#mine .asked fieldset:nth-of-type(1) [data-value=true]")
    page.click("#mine .asked fieldset:nth-of-type(3) [data-value=true]")
    expect(axe.faults(page), [], "what is wrong with the candidate's page")
    page.keep("candidate-asked")
    page.click("#mine .outcome-send")
    page.wait_text("#mine", "您满意吗")
    page.click("#mine .asked [data-value='4']")
    page.type("#mine textarea", "到岗顺利")
    page.keep("candidate-rating")
    page.click("#mine .rating-send")
    until(lambda: "您满意吗" not in page.text("#mine"), "the question to be gone")
    told = place.submission()
    expect(told["score"], 4, "how content")
    expect(told["checks"][1], {"day": 7, "source": "candidate", "employed": True, "housedAsPromised": True}, "what was told")
    place.recruit(f"/desk?submission={told['id']}")
    place.desk.wait_text("#agreed", "求职者说：在岗、住宿如约")
    place.desk.wait_text("#agreed", "4 分")


def rejects(place):
    """the recruiter rejects another with a reason, which the candidate reads; of one that was taken back nothing is left to read"""
    page = place.desk
    place.apply(SORTER, "韦小兰")
    place.recruit("/desk")
    page.wait_text("#submissions", SORTER)
    page.press("j", "Enter")
    page.wait_text("#actions", "查看简历")
    page.press("v")
    page.wait_text("#person", NUMBER)
    page.press("n")
    place.replace("#ask-note-note", "下个月再联系")
    place.send("ask-note")
    page.press("r")
    place.choose("#ask-reject-reason", "filled")
    place.send("ask-reject")
    page.wait_text("main h1", "已拒绝")
    page.keep("desk-rejected")
    place.see("未通过", "原因：已招满")
    place.apply("住家保姆", "韦小兰")
    place.phone.click("#mine > li:first-child > button")
    place.phone.click("#mine > li:first-child > button")
    place.phone.wait_text("#mine > li:first-child", "已撤回")
    place.recruit("/desk?status=withdrawn")
    page.wait_text("#submissions", "（已撤回）")
    page.press("j", "Enter")
    page.wait_text("#person", "求职者已撤回")
    expect("韦小兰" in page.text("main") or NUMBER in page.text("main"), False, "who it was")


def every_field(place):
    """every field of every sheet and form for a résumé is filled, and the server takes what the pages send"""
    page = place.desk
    place.apply("后端开发工程师", "韦小兰")
    path = f"/v1/submissions/{place.submission()['id']}"
    place.server.post(f"{path}/viewing", "operator")
    place.recruit(f"/desk?submission={place.submission()['id']}")
    for name in ("contact", "interview", "offer", "hire", "note"):
        page.click(f"#actions #{name}")
        forms.submit(page, f"#ask-{name}")
        until(lambda: not page.script("return document.querySelector('dialog')"), f"the sheet of {name} to be gone")
    began = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600 - 8 * 86400))
    place.server.post(f"{path}/hiring", "operator", {"startsOn": began, "pay": {"minimum": 100, "maximum": 100, "unit": "hour"}})
    place.open(page, f"/care?submission={place.submission()['id']}", "caseWorker")
    for form in ("#follow", "#check"):
        page.wait_text(form, "（选填）")
        forms.submit(page, form)
    page.wait_text("#agreed", "就业服务专员回访：已不在岗、工资不符、住宿不符")


def forgets(place):
    """the candidate takes back the consent that a company has, and then has all that was sent erased"""
    page = place.phone
    place.see("后端开发工程师")
    page.click("#own-data summary")
    page.wait_text("#own-data", "撤回同意")
    expect(axe.faults(page), [], "what is wrong with the candidate's own data")
    page.keep("candidate-own")
    companies = page.script("return document.querySelectorAll('#own-data li').length")
    for _ in range(2):
        page.click("#own-data li button")
    page.wait_text("#notices", "已撤回")
    until(lambda: page.script("return document.querySelectorAll('#own-data li').length") == companies - 1, "one consent less")
    page.script("document.querySelector('#own-data details')?.setAttribute('open', '')")
    for _ in range(2):
        page.click("#own-data details > button")
    page.wait_text("#mine-empty", "")
    until(lambda: not page.script("return document.querySelectorAll('#mine li').length"), "nothing of the candidate's to be left")
    place.recruit("/desk")
    until(lambda: NUMBER not in place.desk.text("main") and "韦小兰" not in place.desk.text("main"), "the person to be gone")


SCENES = [applies, lists, opens, invited, hires, asked, tells, rejects, every_field, forgets]
