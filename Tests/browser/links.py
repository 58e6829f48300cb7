"""Links: what they may hand over, and what they may not."""

from webdriver import expect, until

VICTIM = "return JSON.parse(atob((sessionStorage.getItem('token') ?? localStorage.getItem('visitor')).split('.')[1])).sub"


def steals_nothing(room):
    """a viewer's identity is never taken from a link: the visitor applies as nobody but the visitor"""
    attacker = room.server.token("viewer", "11111111-1111-4111-8111-111111111111")
    page = room.watch
    page.open(f"{room.address}#token={attacker}")
    page.wait_text("#notices", "不会被使用")
    expect(page.script("return location.hash"), "", "the fragment")
    page.wait_text("#shelf", "数控车床操作工")
    page.click("#shelf .apply")
    page.type("#resume-phone", "13800138000")
    page.click("#resume-consent")
    page.click("#resume-send")
    page.wait_text("#notices", "投递成功")
    page.wait_text("#mine", "数控车床操作工")
    expect(page.script(VICTIM) == "11111111-1111-4111-8111-111111111111", False, "the attacker's identity in use")
    stolen = room.server.request("GET", "/v1/submissions", "viewer", subject="11111111-1111-4111-8111-111111111111")["items"]
    expect(stolen, [], "what the attacker sees")


def asks_first(room):
    """a link of staff asks first, with name, role and who one is now, and refusing it changes nothing"""
    page = room.studio
    page.open(f"{room.server.address}/studio?session={room.session}#token={room.server.token('host')}")
    for text in ("主播 · host-1", "访客"):
        page.wait_text("#handed", text)
    expect(page.script("return location.hash"), "", "the fragment")
    expect(page.script("return document.activeElement.hasAttribute('data-close')"), True, "the focus is on refusing")
    page.keep("handed")
    page.click("#handed [data-close]")
    until(lambda: page.script("return !document.querySelector('#handed')"), "the dialog to go")
    expect(page.script("return sessionStorage.getItem('token')"), None, "a token")
    page.wait_text("#main", "请先登录")


def everywhere(room):
    """every page asks before it uses what a link hands over, and takes it out of the address"""
    page = room.watch
    for path in ("", f"watch?session={room.session}", "watch", "office", "vetting", "studio", f"insight?session={room.session}", "operations"):
        page.open("about:blank")
        page.open(f"{room.server.address}/{path}#token={room.server.token('operator')}")
        page.wait_text("#handed", "运维 · operator-1")
        expect(page.script("return location.href"), f"{room.server.address}/{path}", "the address")
        expect(page.script("return sessionStorage.getItem('token')"), None, "a token")


def pasted(room):
    """a link pasted into the tab that asks for one is taken up, and says who was signed in before"""
    page = room.studio
    page.wait_text("#main", "请先登录")
    page.script("location.hash = `token=${arguments[0]}`", room.server.token("host"))
    page.wait_text("#handed", "主播 · host-1")
    page.accept_handed()
    page.wait_text("#title", "广州专场")
    page.script("location.hash = `token=${arguments[0]}`", room.server.token("operator"))
    page.wait_text("#handed", "运维 · operator-1")
    page.wait_text("#handed", "主播 · host-1")
    page.press("Escape")
    until(lambda: page.script("return !document.querySelector('#handed')"), "the dialog to go")


def ended(room):
    """a link whose time is over says so"""
    room.studio.script("location.hash = `token=${arguments[0]}`", room.server.token("host", "host-2", lifetime=-60))
    room.studio.wait_text("#notices", "已失效")


def leads_nowhere_else(room):
    """what stands in an address in place of an identifier never becomes a path of a request"""
    astray = "..%2Fpositions%2F00000000-0000-4000-8000-000000000000"
    for page, path in [(room.watch, "watch"), (room.studio, "studio"), (room.studio, "insight")]:
        for given in (astray, "1", "00000000-0000-4000-8000-00000000000g", ""):
            page.open(f"{room.server.address}/{path}?session={given}")
            page.wait_text("#main", "没有写明场次")
            asked = page.script("return performance.getEntriesByType('resource').map(({ name }) => name)")
            expect([name for name in asked if "/v1/" in name and not name.endswith(("/visitors", "/identity"))], [], f"requests of /{path}?session={given}")
    room.watch.open(f"{room.address}&channel=nobody&region=1")
    room.watch.wait_text("#connection", "实时连接")
    room.watch.open(f"{room.address}&job=..%2F..%2Fstatus")
    room.watch.wait_text("#shelf", "数控车床操作工")
    expect(room.watch.script("return document.querySelector('dialog[open]')"), None, "a dialog")


def others(room):
    """another host's console, and one of no session, say so instead of offering what is refused"""
    page = room.studio
    page.sign_in(f"{room.server.address}/studio?session={room.session}", room.server.token("host", "host-2"))
    page.wait_text("#main", "由别的主播主持")
    page.open(f"{room.server.address}/studio?session=00000000-0000-4000-8000-000000000000")
    page.wait_text("#main", "没有找到")
    page.click("#language")
    page.wait_text("#main", "Not found")
    page.click("#language")


def looks_on(room):
    """staff on the viewers' page see no applications as their own, and nothing that they can't do"""
    page = room.studio
    for role in ("recruiter", "analyst", "host", "operator"):
        page.sign_in(room.address, room.server.token(role))
        page.wait_text("#shelf", "数控车床操作工")
        page.wait_text("#staff", "身份观看")
        seen = "return [...document.querySelectorAll('.apply, #ask, #mine-panel, #mine button')].filter((one) => one.checkVisibility()).length"
        expect(page.script(seen), 0, f"controls for viewers, seen by {role}")
    page.keep("staff")


SCENES = [steals_nothing, asks_first, everywhere, pasted, ended, leads_nowhere_else, others, looks_on]
