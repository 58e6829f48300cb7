"""What a reviewer and an office's clerk come to do, by keyboard alone."""

from jobcast import schedule, uscc
from webdriver import Failure, expect, until

DOCUMENTS = ["businessLicence", "identityOfRepresentative", "authorisation"]


def opened(browser, selector, what):
    until(lambda: browser.script("return document.querySelector(arguments[0])", selector), what)


def verifies(office):
    """a reviewer signs in by a link, finds the company that waits, and verifies it"""
    page = office.desk
    for kind in DOCUMENTS:
        office.server.file(f"/v1/companies/{office.company}/documents?kind={kind}", "operator", b"%PDF-1.7 " + kind.encode())
    office.open(page, "/office")
    page.open(f"{office.server.address}/companies?status=due#token={office.server.token('reviewer')}")
    opened(page, "#handed-accept", "the question whether to use the link")
    office.tab(page, "#handed-accept")
    page.script("window.isBefore = true")
    page.press("Enter")
    until(lambda: not page.script("return window.isBefore"), "the page of the reviewer")
    page.wait_text("#companies", "柳州汽车零部件有限公司")
    office.tab(page, f"#companies a[href$='{office.company}']")
    page.press("Enter")
    page.wait_text("#documents", "委托证明")
    expect(page.script("return document.querySelector('#lacking').hidden"), True, "nothing lacks")
    page.keep("company")
    chosen = page.script("return Array.from(document.querySelectorAll('#verification :checked'), (box) => box.value)")
    expect(chosen, ["creditCode", "representative"], "the checks that are needed are chosen beforehand")
    office.tab(page, "#verification [type=submit]")
    page.press("Enter")
    page.wait_text("#notices", "已核验，有效至")
    expect(office.server.get(f"/v1/companies/{office.company}", "reviewer")["status"], "verified", "the company")


def vets(office):
    """a reviewer vets ten jobs by keyboard, one of them rejected, one undone, several at once; what is undone is never sent"""
    page = office.desk
    office.open(page, "/vetting", "reviewer")
    page.wait_text("#item", "装配工1号线")
    page.wait_text("#sum", "10 个待审")
    page.wait_text("#item", "企业已核验")
    page.press("j", "j", "k")
    page.wait_text("#item h2", "装配工2号线")
    page.press("k", "a")
    page.wait_text("#outbox", "通过：装配工1号线")
    page.wait_text("#item h2", "装配工2号线")
    page.keep("outbox")
    page.press("u")
    page.wait_text("#item h2", "装配工1号线")
    expect(page.text("#outbox"), "", "what waits to be sent")
    chosen = "return Array.from(document.querySelectorAll('#reasons :checked'), (box) => box.value)"
    expect([text[:5] for text in page.script(chosen)], ["限定了年龄"], "what was found in the text is chosen beforehand")
    page.press("1", "r")
    page.wait_text("#notices", "退回要写明理由")
    page.press("1", "r")
    page.wait_text("#outbox", "退回：装配工1号线")
    page.press("a", "a")
    page.wait_text("#item h2", "装配工4号线")
    page.press("Space", "j", "Space")
    page.wait_text("#item", "选中的 2 个岗位")
    page.press("a")
    page.wait_text("#outbox", "通过：2 个岗位")
    page.press(*"aaaa")
    page.wait_text("#item h2", "装配工10号线")
    page.press("a")
    page.wait_text("#queue-empty", "都审完了")
    page.open(office.server.address + "/office")
    office.wait_statuses(["rejected"] + ["vetted"] * 9)
    expect([text[:5] for text in office.job(0)["findings"]], ["限定了年龄"], "why the first was rejected")
    expect(office.job(0)["version"], 2, "events of the first: posted and rejected, and not the approval that was undone")


def mends(office):
    """who posted a rejected job reads why, mends it, and it waits to be vetted again; of one that was approved the changes are marked"""
    page = office.desk
    office.open(page, f"/jobs?job={office.posted[0]}", "host")
    page.wait_text("main .note", "限定了年龄")
    office.tab(page, "#revise")
    page.press("Enter")
    office.tab(page, "#revision-conditions")
    page.press(*"需要看得懂装配图，", "Enter")
    office.tab(page, "#revision [type=submit]")
    page.press("Enter")
    page.wait_text("#notices", "等待重新审核")
    office.server.post(f"/v1/jobs/{office.posted[1]}/revision", "host", {"conditions": "看得懂装配图。", "pay": {"minimum": 6000, "maximum": 9000, "unit": "month"}})
    office.open(page, "/vetting", "reviewer")
    page.wait_text("#queue", "有改动")
    page.press("j")
    page.wait_text("#item h2", "装配工2号线")
    page.wait_text("#item ins", "6,000–9,000 元/月")
    expect(page.text("#item del"), "6,500–9,000 元/月", "the pay that was approved")
    page.keep("changed")


def warned(office):
    """what must not be written is told beside the field while one writes, and at the field when it is sent; what is missing is proposed"""
    page = office.desk
    office.open(page, f"/jobs?new&company={office.company}", "host")
    told = {"title": "质检员", "occupation": "质检", "openings": "3", "pay-minimum": "4000", "pay-maximum": "5000", "place": "柳州市鱼峰区", "region": "450200"}
    office.fill(page, "job", told | {"duties": "抽检成品并记录。", "conditions": "限女性，交押金。"})
    page.wait_text("#findings", "不能发布")
    page.wait_text("#job-conditions-note", "押金")
    page.keep("warned")
    page.click("#job [type=submit]")
    page.wait_text("#job-conditions-error", "劳动合同法第九条")
    page.wait_text("#job-conditions-error", "就业促进法第二十七条")
    office.tab(page, "#add-terms-hoursADay")
    page.press("Enter")
    expect(page.script("return document.activeElement.id"), "job-terms-hoursADay", "the field that is proposed")
    page.press("8")
    before = page.text("#completeness")
    until(lambda: page.text("#completeness") != before, "the completeness to rise")
    page.enter("#job-conditions", "年满十八岁。")
    page.script("document.querySelector('#job-conditions').dispatchEvent(new Event('input', { bubbles: true }))")
    page.wait_text("#findings", "没有发现问题")


def files(office):
    """a company's own desk puts a picture on file, sees it, and takes it from the file again at a second press"""
    page = office.desk
    office.open(page, f"/companies?company={office.company}", "recruiter", grants=[{"role": "recruiter", "organisation": office.company}])
    page.wait_text("#documents", "委托证明")
    page.script("document.querySelector('#document-kind').value = 'premisesPhoto'")
    page.type("#document-file", str(office.picture))
    office.tab(page, "#document [type=submit]")
    page.press("Enter")
    page.wait_text("#documents", "经营场所照片")
    office.tab(page, "#documents li:last-child button")
    page.press("Enter")
    until(lambda: page.script("return document.querySelector('.picture img')?.naturalWidth > 0"), "the picture")
    page.press("Escape")
    office.tab(page, "#documents li:last-child .danger")
    page.press("Enter")
    page.wait_text("#documents li:last-child .danger", "再按一次")
    page.press("Enter")
    until(lambda: "经营场所照片" not in page.text("#documents"), "the picture to be gone")


def clerk(office):
    """an office's clerk registers a company, posts a job, plans a session and fills its shelf, by keyboard alone"""
    page, server = office.desk, office.server
    office.open(page, "/companies", "host")
    office.tab(page, "#register")
    page.press("Enter")
    opened(page, "#company", "the form of a company")
    code = uscc()
    office.tab(page, "#company-uscc")
    page.press(*code, "Tab", *"梧州六堡茶业有限公司")
    expect(page.script("return document.querySelector('#company-region').value"), code[2:8], "the region that the code holds")
    office.tab(page, "#company [type=submit]")
    page.press("Enter")
    page.wait_text("#company-title", "梧州六堡茶业有限公司")
    company = page.script("return new URLSearchParams(location.search).get('company')")
    office.tab(page, "main a[href^='/jobs']")
    page.press("Enter")
    page.wait_text("main h1", "梧州六堡茶业有限公司的岗位")
    office.tab(page, "#post")
    page.press("Enter")
    opened(page, "#job", "the form of a job")
    expect(page.script("return document.querySelector('#job-company').value"), company, "the company, chosen beforehand")
    office.tab(page, "#job [type=submit]")
    page.press("Enter")
    page.wait_text("#job-title-error", "请填写")
    expect(page.script("return document.activeElement.id"), "job-title", "the first field that lacks something")
    told = {"title": "拣茶工", "occupation": "制茶", "openings": "8", "pay-minimum": "4000", "pay-maximum": "5500", "place": "梧州市长洲区", "region": "450405"}
    office.fill(page, "job", told | {"duties": "手工拣选茶叶，称重装箱。", "conditions": "年满十八岁，身体健康。"})
    office.tab(page, "#job [type=submit]")
    page.press("Enter")
    page.wait_text("#notices", "已发布，等待审核")
    posted = server.get(f"/v1/jobs?company={company}", "host")["items"]
    expect([(job["title"], job["openings"], job["pay"]["maximum"]) for job in posted], [("拣茶工", 8, 5500)], "the job that was posted")
    plans(office)


def plans(office):
    """The clerk's last steps: a session, and jobs that are vetted on its shelf."""
    page, server = office.desk, office.server
    page.open(f"{server.address}/sessions")
    office.tab(page, "#plan")
    page.press("Enter")
    opened(page, "#schedule", "the form of a session")
    office.fill(page, "schedule", {"title": "梧州专场"})
    office.tab(page, "#schedule [type=submit]")
    page.press("Enter")
    page.wait_text("#session-title", "梧州专场")
    session = page.script("return new URLSearchParams(location.search).get('session')")
    page.wait_text("#next", "货架还是空的")
    office.tab(page, "#next a[href^='/jobs']")
    page.press("Enter")
    page.wait_text("#jobs", "住家保姆")
    office.tab(page, "#jobs li:nth-child(1) .choose")
    page.press("Space")
    page.wait_text("#jobs-actions", "已选 1 个")
    office.tab(page, "#jobs li:nth-child(2) .choose")
    page.press("Space")
    page.wait_text("#jobs-actions", "已选 2 个")
    office.tab(page, "#shelve-selected")
    page.press("Enter")
    opened(page, "#shelve-session", "the choice of a session")
    chosen = page.script("return Array.from(document.querySelector('#shelve-session').options, (one) => one.value)")
    expect(session in chosen, True, "the session is offered")
    page.script("document.querySelector('#shelve-session').value = arguments[0]", session)
    office.tab(page, "#shelve [type=submit]")
    page.press("Enter")
    page.wait_text("#notices", "已把 2 个岗位加入货架")
    expect(server.get(f"/v1/sessions/{session}", "host")["shelf"]["jobs"], 2, "jobs on the shelf")


def keeps(office):
    """a host revises, staffs and hands over a session, opens a series and closes it, and publishes, revises and ends a policy"""
    page, server = office.desk, office.server
    session = schedule(server, "要改的场次", 30)
    office.open(page, f"/sessions?session={session}", "host")
    page.wait_text("#staff", "host-1")
    page.click("#revise")
    opened(page, "#revision-base", "the sheet to revise the session")
    page.enter("#revision-base", "珠海")
    page.click("#revision [type=submit]")
    page.wait_text("main .facts", "珠海")
    page.click("#add-staff")
    page.type("#staffing-account", "helper-7")
    page.click("#staffing [type=submit]")
    page.wait_text("#staff", "helper-7 副播")
    page.keep("session")
    page.click("#hand-over")
    page.type("#handover-host", "host-9")
    page.click("#handover [type=submit]")
    page.wait_text("#handover-host-error", "不是能主持本场的主播")
    server.post("/v1/accounts/host-9/grants", "operator", {"role": "host"})
    page.click("#handover [type=submit]")
    page.wait_text("#staff", "host-9")
    expect(server.get(f"/v1/sessions/{session}")["base"], "珠海", "the base")
    office.open(page, "/series", "host")
    page.click("#open")
    page.type("#opening-title", "秋季专场")
    page.type("#opening-organisers", "柳州市人社局")
    page.click("#opening [type=submit]")
    page.wait_text("main h1", "秋季专场")
    page.click("#close")
    page.click("#closing [type=submit]")
    page.wait_text("main .status", "已结束")
    office.open(page, "/policies", "host")
    page.click("#publish")
    for name, text in {"title": "租房补贴", "topic": "租房", "region": "450200", "summary": "每月三百元。"}.items():
        page.type(f"#publication-{name}", text)
    page.click("#publication [type=submit]")
    page.wait_text("#policies li:first-child", "租房补贴")
    page.click("#policies li:first-child .small")
    page.enter("#revision-summary", "每月五百元。")
    page.click("#revision [type=submit]")
    page.wait_text("#policies li:first-child", "每月五百元")
    page.click("#policies li:first-child .danger")
    page.click("#expiry [type=submit]")
    until(lambda: "租房补贴" not in page.text("#policies"), "the policy to be gone from those in force")


def bans(office):
    """a reviewer puts a code on the blacklist that nobody has registered: nobody can until it is lifted, by keyboard alone"""
    page, server, code = office.desk, office.server, uscc()
    registration = {"name": "还没登记的企业", "uscc": code, "region": "450200", "kind": "employer"}
    office.open(page, "/companies", "reviewer")
    opened(page, "#blacklisted", "the way to the blacklist")
    office.tab(page, "#blacklisted")
    page.press("Enter")
    opened(page, "#add-code", "the blacklist")
    office.tab(page, "#add-code")
    page.press("Enter")
    opened(page, "#blacklisting", "the sheet for a code")
    office.fill(page, "blacklisting", {"uscc": "91440101MA5", "reason": "收取押金"})
    office.tab(page, "#blacklisting [type=submit]")
    page.press("Enter")
    page.wait_text("#blacklisting-uscc-error", "18")
    expect(page.script("return document.activeElement.id"), "blacklisting-uscc", "the field that is wrong")
    page.script("document.activeElement.select()")
    page.press(*code)
    office.tab(page, "#blacklisting [type=submit]")
    page.press("Enter")
    page.wait_text("#blacklist li:first-child", code)
    try:
        server.post("/v1/companies", "host", registration)
    except Failure as refused:
        expect("company-blacklisted" in str(refused), True, f"why it is refused: {refused}")
    else:
        raise Failure("a code on the blacklist was registered")
    office.tab(page, "#blacklist li:first-child button")
    page.press("Enter")
    opened(page, "#clearance", "the sheet to lift it")
    office.fill(page, "clearance", {"reason": "已退还押金"})
    office.tab(page, "#clearance [type=submit]")
    page.press("Enter")
    until(lambda: code not in page.text(".lister"), "the code to be off the list")
    server.post("/v1/companies", "host", registration)


def skips(office):
    """of several jobs those that may not be shown are skipped, and told with the reason; the others are on the shelf"""
    page, server = office.desk, office.server
    session = schedule(server, "半满的货架", 50)
    office.open(page, "/jobs", "host")
    page.wait_text("#jobs", "装配工1号线")
    for job in (office.posted[0], office.jobs["住家保姆"]):
        office.tab(page, f"#jobs .choose[value='{job}']")
        page.press("Space")
    office.tab(page, "#shelve-selected")
    page.press("Enter")
    opened(page, "#shelve-session", "the choice of a session")
    page.script("document.querySelector('#shelve-session').value = arguments[0]", session)
    office.tab(page, "#shelve [type=submit]")
    page.press("Enter")
    page.wait_text("#skipped", "加入 1 个，1 个现在不能展示")
    page.wait_text("#skipped li", "装配工1号线")
    expect(server.get(f"/v1/sessions/{session}", "host")["shelf"]["jobs"], 1, "jobs on the shelf")
    page.press("Escape")
    until(lambda: not page.script("return document.querySelector('#skipped')"), "the sheet to be gone")


SCENES = [verifies, files, vets, mends, warned, clerk, skips, keeps, bans]
