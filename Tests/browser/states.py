"""The frame of the staff's pages, and each of their states as axe-core sees it."""

import os
import sys
import time
import uuid

import axe
from jobcast import ROOT, schedule, uscc
from webdriver import expect, until

sys.path.insert(0, str(ROOT / "Tests"))

import workbooks  # noqa: E402

LINKS = "return Array.from(document.querySelectorAll('#side ul a'), (link) => link.pathname.slice(1))"

#: Which pages the frame leads to, by role.
PLACES = {
    "reviewer": ["office", "companies", "jobs", "vetting", "policies"],
    "recruiter": ["office", "companies", "jobs", "import", "desk"],
    "host": ["office", "companies", "jobs", "import", "sessions", "series", "policies", "studio", "insight"],
    "coHost": ["office", "sessions", "studio", "insight"],
    "analyst": ["office", "series", "insight"],
    "caseWorker": ["office", "care"],
    "operator": ["office", "companies", "jobs", "import", "desk", "care", "vetting", "sessions", "series", "policies", "studio", "insight", "operations", "accounts"],
}


def leads(office):
    """the frame leads whoever reads to what the grants reach, and says who that is"""
    for role, wanted in PLACES.items():
        office.open(office.desk, "/office", role)
        office.desk.wait_text("#side .who", f"{role}-1")
        expect(office.desk.script(LINKS), wanted, f"where the frame leads a {role}")
        expect(office.desk.text("#side [aria-current]"), "工作台", "the page that is open")


def organisation(office):
    """the frame says for which organisation one acts"""
    office.open(office.desk, "/office", "host", grants=[{"role": "host", "organisation": office.company}])
    office.desk.wait_text("#side .who", "柳州汽车零部件有限公司")


def refused(office):
    """a page that isn't the reader's says who may, whom to ask and where to go; one without a reader, where to sign in and come back from"""
    for browser in (office.phone, office.desk):
        office.open(browser, "/companies?status=due")
        browser.wait_text("main h1", "请先登录")
        expect(browser.script("return document.querySelector('main a').href"), f"{office.server.address}/signin?back=%2Fcompanies%3Fstatus%3Ddue", "the way to sign in")
        office.open(browser, "/vetting", "host")
        browser.wait_text("main h1", "“审核”不在您的授权里")
        browser.wait_text("main", "供审核员、运维使用，您现在是主播")
        office.open(browser, "/vetting", "host", "en")
        browser.wait_text("main", "This page is for: reviewer, operator. You are: host.")


def language(office):
    """titles, the document's language and the whole frame follow the language, and the content with them"""
    pages = {"office": "Office", "companies": "Companies", "jobs": "Jobs", "desk": "Résumés", "care": "Follow-up", "vetting": "Vetting", "sessions": "Sessions", "series": "Series", "policies": "Policies"}
    for path, title in pages.items():
        office.open(office.desk, f"/{path}", "operator")
        until(lambda: office.desk.script("return document.querySelector('main h1')"), f"the content of /{path}")
        office.desk.click("#language")
        until(lambda: office.desk.script("return document.title") == f"{title} · Jobcast", f"the title of /{path}")
        expect(office.desk.script("return document.documentElement.lang"), "en", "language of the document")
        office.desk.wait_text("#side [aria-current]", title)
        office.desk.click("#language")
        until(lambda: office.desk.script("return document.documentElement.lang") == "zh-CN", "the language to be Chinese again")


def helps(office):
    """? opens what can be done here and by which keys, Escape closes it"""
    office.open(office.desk, "/vetting", "reviewer")
    office.desk.wait_text("#item", "装配工1号线")
    office.desk.press("?")
    office.desk.wait_text("#help", "撤销上一个决定")
    office.desk.press("Escape")
    until(lambda: not office.desk.script("return document.querySelector('#help')"), "the help to be gone")


def menu(office):
    """on a phone the way to other pages unfolds by keyboard, and folds again"""
    phone = office.phone
    office.open(phone, "/jobs", "host")
    phone.wait_text("#jobs", "装配工")
    expect(phone.script("return document.querySelector('#side').checkVisibility()"), False, "the way to other pages is folded")
    office.tab(phone, "#menu")
    phone.press("Enter")
    until(lambda: phone.script("return document.querySelector('#side').contains(document.activeElement)"), "the focus to be among them")
    phone.keep("menu")
    phone.press("Escape")
    expect(phone.script("return [document.activeElement.id, document.querySelector('#side').checkVisibility()]"), ["menu", False], "folded again")


def leaves(office):
    """whoever signs out is nobody in this tab"""
    office.open(office.desk, "/office", "reviewer")
    office.desk.click("#signout")
    office.desk.wait_text("h1", "直播带岗大厅")
    expect(office.desk.script("return sessionStorage.getItem('token')"), None, "the token")


def ended(office):
    """whose session ends while a form is half filled is told, keeps what was typed, and goes on once signed in again"""
    page = office.desk
    office.open(page, "/companies?new", "host")
    page.type("#company-name", "写到一半的企业")
    page.type("#company-uscc", "123")
    page.type("#company-region", "450100")
    stale, good = office.server.token("host", lifetime=-3600), office.server.token("host")
    page.script("sessionStorage.setItem('token', arguments[0])", stale)
    page.click("#company [type=submit]")
    page.wait_text("#signin-ended", "您填写的内容还在这一页")
    expect(axe.faults(page), [], "what is wrong with the sheet that says that the session has ended")
    page.click("#signin-goon")
    page.wait_text("#signin-ended", "还没有登录")
    page.script("sessionStorage.setItem('token', arguments[0])", good)
    page.click("#signin-goon")
    until(lambda: not page.script("return document.querySelector('#signin-ended')"), "the sheet to be gone")
    expect(page.script("return document.querySelector('#company-name').value"), "写到一半的企业", "what was typed")
    page.click("#company [type=submit]")
    page.wait_text("#company-uscc-error", "至少 18 个字")


PASSWORD = "一句只有我自己知道的话 abc"


def furnish(office):
    """What some states are about: imports, a blacklist, a series, sessions, a job that was sent back, résumés and somebody who signs in."""
    server = office.server
    server.invite("li.ming", PASSWORD, {"role": "host"}, {"role": "operator"})
    example = server.get(f"/v1/jobs/{next(iter(office.jobs.values()))}", "reviewer")
    names = {"company": office.company, "job": office.posted[0], "empty": office.empty, "session": office.session, "known": example["company"]}
    names["draft"] = server.send_table("county.xlsx", workbooks.mistaken())
    registration = {"name": "广州明珞装备股份有限公司", "uscc": workbooks.CODE, "region": "440112", "kind": "employer"}
    importer = server.post("/v1/companies", "host", registration)["id"]
    names["done"] = server.send_table("plain.xlsx", workbooks.plain("2"))
    server.post(f"/v1/imports/{names['done']}/commit", "host", {"rows": "all"})
    made = [job["id"] for job in server.get(f"/v1/jobs?company={importer}", "host")["items"]]
    server.post("/v1/vettings", "reviewer", {"jobs": made, "decision": "reject", "findings": ["工资写得不清楚"]})
    names["rejected"] = made[0]
    code = uscc()
    names["listed"] = server.post("/v1/blacklist", "reviewer", {"uscc": code, "reason": "收取押金"})["id"]
    names["series"] = server.post("/v1/series", "host", {"title": "春风行动", "organisers": ["柳州市人社局"]})["id"]
    names["planned"] = planned(server, names["series"])
    names["cancelled"] = schedule(server, "取消的场次", 40)
    server.post(f"/v1/sessions/{names['cancelled']}/cancellation", "host", {"reason": "主播生病"})
    consent = {"recipient": example["company"], "noticeVersion": "1"}
    application = {"job": example["id"], "phone": "13800138000", "consent": consent}
    names["sent"] = server.post("/v1/submissions", "viewer", application)["id"]
    names |= {step: received(server, application, step) for step in ("viewed", "interview", "hired")}
    return names


def received(server, application, step):
    """A résumé of somebody else that has come as far as `step`; gives its id."""
    profile = {"education": "高中", "experience": "开过三年数控车床", "skills": ["数控", "叉车"], "note": "可以上夜班"}
    id = server.request("POST", "/v1/submissions", "viewer", application | {"name": "韦小兰", "profile": profile}, str(uuid.uuid4()))["id"]
    day, time_of_day = (time.strftime(form, time.gmtime(time.time() + after)) for form, after in [("%Y-%m-%d", -31 * 86400), ("%Y-%m-%dT%H:%M:%S.000Z", 86400)])
    pay = {"minimum": 7000, "maximum": 7000, "unit": "month"}
    steps = {"viewing": None, "interview": {"at": time_of_day, "place": "长安镇振安路8号"}, "offer": {"pay": pay}, "hiring": {"startsOn": day, "pay": pay}}
    for name, body in list(steps.items())[: {"viewed": 1, "interview": 2, "hired": 4}[step]]:
        server.post(f"/v1/submissions/{id}/{name}", "operator", body)
    return id


def planned(server, series):
    starts, ends = (time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 3600 * when)) for when in (20, 22))
    course = [{"kind": "policy", "title": "赴粤交通补助", "minutes": 10}, {"kind": "jobs", "minutes": 60}]
    wanted = {"title": "有环节的场次", "format": "county", "startsAt": starts, "endsAt": ends, "series": series, "segments": course}
    return server.post("/v1/sessions", "host", wanted)["id"]


def click(selector):
    return f"document.querySelector('{selector}').click()"


def enter(selector, text):
    """Fills a field as if it had been typed."""
    return f"{{ const field = document.querySelector('{selector}'); field.value = '{text}'; field.dispatchEvent(new Event('input', {{ bubbles: true }})); }}"


def send(form):
    return click(f"{form} [type=submit]")


def when(selector, script):
    """Does something once a thing is there."""
    return f"{{ const wait = setInterval(() => {{ if (document.querySelector('{selector}')) {{ clearInterval(wait); {script}; }} }}, 50); }}"


#: The button of an account that has grants: whoever has read a résumé by a token is among the accounts, too, and has none.
GRANTED = '#accounts button[aria-label$="li.ming"]'


def opened(script):
    """Opens an account, and then does something with it."""
    return click(GRANTED) + ";" + when("#one:not([hidden]) #grants li", script)


#: Puts jobs that may not be shown on a shelf.
SKIPPED = click("#jobs .choose") + ";" + click("#shelve-selected") + ";" + when("#shelve [type=submit]", send("#shelve"))


#: Each page and state: its address, whose it is (@ for somebody who has signed in by a password, + for a company's own desk), what shows that
#: it is there, what leads to the state, and what shows that it has come.
STATES = [
    ("/office", "host", "#upcoming .row", None),
    ("/office", "host", "#imports .row", None),
    ("/office", "reviewer", "#task-vet[data-count]", None),
    ("/office", "+known", "#submissions .row", None),
    ("/office", "operator", "#task-vet[data-count]", None),
    ("/office", "caseWorker", "#task-month[data-count]", None),
    ("/vetting", "host", "main h1", None),
    ("/vetting", None, "main h1", None),
    ("/companies", "reviewer", "#companies .row", None),
    ("/companies", "host", "#companies .row", None),
    ("/companies?status=blacklisted", "reviewer", "#companies-empty .empty", None),
    ("/companies?blacklist", "reviewer", "#blacklist .row", None),
    ("/companies?blacklist", "reviewer", "#blacklist .row", click("#add-code"), "#blacklisting"),
    ("/companies?blacklist", "reviewer", "#blacklist .row", click("#add-code") + ";" + send("#blacklisting"), "#blacklisting [aria-invalid]"),
    ("/companies?blacklist", "reviewer", "#blacklist .row", click("#blacklist button"), "#clearance"),
    ("/companies?q=没有这家", "host", "#companies-empty .empty", None),
    ("/companies?new", "host", "#company", send("#company")),
    ("/companies?company={company}", "reviewer", "#verification", None),
    ("/companies?company={company}", "reviewer", "#verification", click("#reject")),
    ("/companies?company={company}", "reviewer", "#verification", click("#suspend")),
    ("/companies?company={company}", "host", "main h1", None),
    ("/companies?company={known}", "+known", "#documents li", None),
    ("/companies?company={known}", "+known", "#documents li", send("#document")),
    ("/companies?company={known}", "+known", "#documents li", click("#revise"), "#revision"),
    ("/jobs", "host", "#jobs .row", click("#jobs .choose")),
    ("/jobs?status=vetted", "host", "#jobs .row", click("#jobs .choose") + ";" + click("#shelve-selected"), "#shelve"),
    ("/jobs?status=rejected", "host", "#jobs .row", SKIPPED, "#skipped"),
    ("/jobs", "host", "#jobs .row", click("#jobs .choose") + ";" + click("#extend-selected"), "#extend"),
    ("/jobs?q=没有这个", "host", "#jobs-empty .empty", None),
    ("/jobs?new", "host", "#job", "document.querySelector('#job details').open = true; " + send("#job")),
    ("/jobs?job={job}", "host", "#revise", None),
    ("/jobs?job={job}", "reviewer", "main dl", None),
    ("/jobs?job={rejected}", "host", "main .note", None),
    ("/jobs?job={job}", "host", "#revise", click("#revise")),
    ("/jobs?job={job}", "host", "#revise", click("#withdraw")),
    ("/vetting", "reviewer", "#queue .row", None),
    ("/vetting", "reviewer", "#queue .row", click("#queue .choose")),
    ("/desk", "+known", "#submissions .row", None),
    ("/desk?status=hired", "+known", "#submissions .row", None),
    ("/desk?status=offered", "+known", "#submissions-empty .empty", None),
    ("/desk", "operator", "#submissions .row", None),
    ("/desk", "caseWorker", "main h1", None),
    ("/desk?submission={sent}", "+known", "#view", None),
    ("/desk?submission={viewed}", "+known", "#hire", None),
    ("/desk?submission={viewed}", "+known", "#hire", click("#contact"), "#ask-contact"),
    ("/desk?submission={viewed}", "+known", "#hire", click("#interview"), "#ask-interview"),
    ("/desk?submission={viewed}", "+known", "#hire", click("#offer"), "#ask-offer"),
    ("/desk?submission={viewed}", "+known", "#hire", click("#hire") + ";" + send("#ask-hire"), "#ask-hire [aria-invalid]"),
    ("/desk?submission={viewed}", "+known", "#hire", click("#reject") + ";" + send("#ask-reject"), "#ask-reject [aria-invalid]"),
    ("/desk?submission={interview}", "+known", "#agreed [data-calendar]", None),
    ("/desk?submission={hired}", "+known", "#contact", None),
    ("/care", "caseWorker", "#submissions-empty .empty", None),
    ("/care?due=month", "caseWorker", "#submissions .row", None),
    ("/care", "+known", "main h1", None),
    ("/care?submission={sent}", "caseWorker", "#person .empty", None),
    ("/care?submission={hired}", "caseWorker", "#check", send("#check") + ";" + send("#follow"), "#check [aria-invalid]"),
    ("/import", "host", "#drop .link", None),
    ("/import?sheet=企业", "host", "#drop .note", None),
    ("/import?id={draft}", "host", "#rows td", None),
    ("/import?id={draft}", "host", "#rows td", "document.querySelector('#matching').open = false; scrollTo(0, document.body.scrollHeight)"),
    ("/import?id={done}", "host", "#rows td", None),
    ("/import?id=7f9f3c52-0000-4000-8000-000000000000", "host", "main h1", None),
    ("/import", "analyst", "main h1", None),
    ("/sessions", "host", "#sessions .row", None),
    ("/sessions?status=cancelled", "host", "#sessions .row", None),
    ("/sessions?new", "host", "#schedule", send("#schedule")),
    ("/sessions?new", "host", "#schedule", ";".join([click("#add-segment")] * 3 + [enter(".course input[type=number]", "0"), send("#schedule")])),
    ("/sessions?session={empty}", "host", "#reschedule", None),
    ("/sessions?session={planned}", "host", "#reschedule", None),
    ("/sessions?session={planned}", "host", "#reschedule", click("#revise"), "#revision .course li"),
    ("/sessions?session={planned}", "host", "#reschedule", click("#reschedule"), "#rescheduling"),
    ("/sessions?session={planned}", "host", "#reschedule", click("#add-staff"), "#staffing"),
    ("/sessions?session={planned}", "host", "#reschedule", click("#hand-over"), "#handover"),
    ("/sessions?session={empty}", "host", "#reschedule", click("#cancel")),
    ("/sessions?session={cancelled}", "host", "main h1", None),
    ("/series", "host", "#series .row", None),
    ("/series", "host", "#series .row", click("#open")),
    ("/series?q=没有这个", "host", "#series-empty .empty", None),
    ("/series?series={series}", "host", "#sessions .row", None),
    ("/series?series={series}", "host", "#sessions .row", click("#close"), "#closing"),
    ("/series?series={series}", "analyst", "#sessions .row", None),
    ("/policies", "host", "#policies .row", None),
    ("/policies", "host", "#policies .row", click("#publish")),
    ("/policies", "reviewer", "#policies .small", click("#policies .small"), "#revision"),
    ("/policies", "reviewer", "#policies .danger", click("#policies .danger"), "#expiry"),
    ("/me", "host", "#me-who", None),
    ("/me", "@", "#sign-ins li", None),
    ("/me", "@", "#sign-ins li", send("#factor-password") + ";" + send("#password-change"), "#password-change [aria-invalid]"),
    ("/me", "@", "#sign-ins li", enter("#factor-password-password", "not my password") + send("#factor-password"), "#factor-password [aria-invalid]"),
    ("/me", "@", "#sign-ins li", enter("#factor-password-password", PASSWORD) + send("#factor-password"), "#factor-image[src^=blob]"),
    ("/accounts", "operator", "#accounts li", None),
    ("/accounts", "host", "main h1", None),
    ("/accounts", "operator", "#accounts li", send("#account"), "#account [aria-invalid]"),
    ("/accounts", "operator", "#accounts li", click(GRANTED), "#one:not([hidden]) #grants li"),
    ("/accounts", "operator", "#accounts li", opened(send("#suspension") + ";" + send("#token")), "#token [aria-invalid]"),
    ("/accounts", "operator", "#accounts li", opened(enter("#token-name", "screen") + send("#token")), "#token-made:not([hidden])"),
    ("/signin", None, "#signin", send("#signin")),
    ("/invitation", None, "#invited", None),
    ("/missing", None, "h1", None),
    ("/studio", "host", "#sessions .session", None),
    ("/studio?session={session}", "host", "#shelf .row", None),
    ("/insight?session={session}", "analyst", "#events td", None),
    ("/operations", "operator", "#projections td", None),
    ("/operations", "operator", "#projections td", click("#help-open")),
]


def every_state(office):
    """axe-core finds nothing serious on any page of the staff, in any state, language, size and light"""
    found = []
    names = furnish(office)
    only = os.environ.get("STATES", "")
    with office.desk.driver.browser(360, 740, dark=True) as dark:
        for number, (path, reader, there, press, *shows) in enumerate(STATES):
            if only not in path:
                continue
            for browser, language, size in [(office.phone, "zh", "phone"), (office.desk, "en", "desk"), (dark, "zh", "dark")]:
                what = f"{path} for {reader} in {language} on {size}{', ' + press if press else ''}"
                show(office, browser, path.format(**names), reader, language, names)
                wait(browser, there, what)
                if press:
                    browser.script(press)
                if shows:
                    wait(browser, shows[0], f"{shows[0]} of {what}")
                browser.settle()
                found += [f"{what}: {fault}" for fault in axe.faults(browser)]
                browser.keep(f"state-{number:02}-{size}-{language}")
                if browser.script("return document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found.append(f"{what}: scrolls sideways")
    expect(found, [], "what is wrong")


def show(office, browser, path, reader, language, names):
    """Opens a page as whoever a state is about."""
    if reader == "@":
        return office.enter(browser, path, "li.ming", PASSWORD, language)
    if reader and reader.startswith("+"):
        return office.open(browser, path, "recruiter", language, grants=[{"role": "recruiter", "organisation": names[reader[1:]]}])
    return office.open(browser, path, reader, language)


def wait(browser, selector, what):
    until(lambda: browser.script("return document.querySelector(arguments[0])", selector), what)


SCENES = [leads, organisation, refused, language, helps, menu, leaves, ended, every_state]
