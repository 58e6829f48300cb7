"""The frame of the staff's pages, and each of their states as axe-core sees it."""

import axe
from webdriver import expect, until

LINKS = "return Array.from(document.querySelectorAll('#side ul a'), (link) => link.pathname.slice(1))"

#: Which pages the frame leads to, by role.
PLACES = {
    "reviewer": ["office", "companies", "jobs", "vetting", "policies"],
    "recruiter": ["office", "companies", "jobs", "import"],
    "host": ["office", "companies", "jobs", "import", "sessions", "series", "policies", "studio", "insight"],
    "coHost": ["office", "sessions", "studio", "insight"],
    "analyst": ["office", "series", "insight"],
    "caseWorker": ["office"],
    "operator": ["office", "companies", "jobs", "import", "vetting", "sessions", "series", "policies", "studio", "insight", "operations", "accounts"],
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
    pages = {"office": "Office", "companies": "Companies", "jobs": "Jobs", "vetting": "Vetting", "sessions": "Sessions", "series": "Series", "policies": "Policies"}
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


#: Each page and state: its address, whose it is, what shows that it is there, and what leads to the state.
STATES = [
    ("/office", "host", "#upcoming .row", None),
    ("/office", "caseWorker", "main .empty", None),
    ("/vetting", "host", "main h1", None),
    ("/vetting", None, "main h1", None),
    ("/companies", "reviewer", "#companies .row", None),
    ("/companies", "host", "#companies .row", None),
    ("/companies?q=没有这家", "host", "#companies-empty .empty", None),
    ("/companies?new", "host", "#company", "document.querySelector('#company [type=submit]').click()"),
    ("/companies?company={company}", "reviewer", "#verification", None),
    ("/companies?company={company}", "reviewer", "#verification", "document.querySelector('#reject').click()"),
    ("/companies?company={company}", "host", "main h1", None),
    ("/jobs", "host", "#jobs .row", "document.querySelector('#jobs .choose').click()"),
    ("/jobs?q=没有这个", "host", "#jobs-empty .empty", None),
    ("/jobs?new", "host", "#job", "document.querySelector('#job details').open = true; document.querySelector('#job [type=submit]').click()"),
    ("/jobs?job={job}", "host", "#revise", None),
    ("/jobs?job={job}", "host", "#revise", "document.querySelector('#revise').click()"),
    ("/jobs?job={job}", "host", "#revise", "document.querySelector('#withdraw').click()"),
    ("/vetting", "reviewer", "#queue .row", None),
    ("/vetting", "reviewer", "#queue .row", "document.querySelector('#queue .choose').click()"),
    ("/sessions", "host", "#sessions .row", None),
    ("/sessions?new", "host", "#schedule", "document.querySelector('#schedule [type=submit]').click()"),
    ("/sessions?session={empty}", "host", "#reschedule", None),
    ("/sessions?session={empty}", "host", "#reschedule", "document.querySelector('#cancel').click()"),
    ("/series", "host", "#series-empty .empty", None),
    ("/series", "host", "#series-empty .empty", "document.querySelector('#open').click()"),
    ("/import", "host", "main h1", None),
    ("/me", "host", "main h1", None),
    ("/accounts", "operator", "main h1", None),
    ("/policies", "host", "#policies .row", None),
    ("/policies", "host", "#policies .row", "document.querySelector('#publish').click()"),
    ("/studio", "host", "#sessions .session", None),
    ("/studio?session={session}", "host", "#shelf .row", None),
    ("/insight?session={session}", "analyst", "#events td", None),
    ("/operations", "operator", "#projections td", None),
    ("/operations", "operator", "#projections td", "document.querySelector('#help-open').click()"),
]


def every_state(office):
    """axe-core finds nothing serious on any page of the staff, in any state, language, size and light"""
    found = []
    names = {"company": office.company, "job": office.posted[0], "empty": office.empty, "session": office.session}
    with office.desk.driver.browser(360, 740, dark=True) as dark:
        for number, (path, role, there, press) in enumerate(STATES):
            for browser, language, size in [(office.phone, "zh", "phone"), (office.desk, "en", "desk"), (dark, "zh", "dark")]:
                office.open(browser, path.format(**names), role, language)
                what = f"{path} for {role} in {language} on {size}{', ' + press if press else ''}"
                until(lambda: browser.script("return document.querySelector(arguments[0])", there), what)
                if press:
                    browser.script(press)
                browser.settle()
                found += [f"{what}: {fault}" for fault in axe.faults(browser)]
                browser.keep(f"state-{number:02}-{size}-{language}")
                if browser.script("return document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found.append(f"{what}: scrolls sideways")
    expect(found, [], "what is wrong")


SCENES = [leads, organisation, refused, language, helps, menu, leaves, ended, every_state]
