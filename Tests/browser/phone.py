"""What people on a phone, by keyboard or with a screen reader meet in a full room."""

from lists import TEXTS
from webdriver import expect, until

FOCUS = """
    const held = document.activeElement;
    return held === document.body ? 'body' : held.dataset.job ?? (held.id || held.getAttribute('aria-label') || held.textContent);
"""
TOP = "return document.querySelector(arguments[0]).getBoundingClientRect().top"


def escape(page):
    """Closes a sheet, and waits until its step in the history is taken back."""
    page.press("Escape")
    until(lambda: page.script("return !document.querySelector('dialog[open]') && !history.state?.sheet"), "the sheet to be gone")


def tabs(room):
    """each tab lands on its target at the first tap, and adds no step to the history"""
    page = room.watch
    for target in ("mine-panel", "questions-panel", "shelf-panel"):
        page.open(room.address)
        page.wait_text("#mine", "数控车床操作工")
        page.wait_text("#questions", "夜班有补贴吗？")
        while not page.script("return document.querySelector('#shelf-more').hidden"):
            count = len(page.script(TEXTS, "#shelf > li"))
            page.click("#shelf-more")
            until(lambda: len(page.script(TEXTS, "#shelf > li")) > count, "more cards")
        page.script("scrollTo(0, 0)")
        steps = page.script("return history.length")
        page.tap(f".jump [href='#{target}']")
        until(lambda: page.script("return location.hash") == f"#{target}", "the tab's address")
        page.settle()
        room_left = page.script("return document.documentElement.scrollHeight - innerHeight - scrollY")
        distance = page.script(TOP, f"#{target}")
        if not (0 <= distance <= 80 or (room_left < 2 and 0 <= distance <= 740)):
            expect(round(distance), 12, f"pixels from the window's top to #{target}")
        expect(page.script("return history.length"), steps, "steps in the history")
    page.keep("tab-shelf")


def named_tab(room):
    """an address that names a tab leads there, also when the lists above it fill later"""
    page = room.watch
    page.open("about:blank")
    page.open(f"{room.address}#mine-panel")
    page.wait_text("#mine", "数控车床操作工")
    page.wait_text("#shelf", "装配工3号线")
    page.settle()
    until(lambda: 0 <= page.script(TOP, "#mine-panel") <= 740, "我的投递 to be in the window")


def field_first(room):
    """the field to ask stands right under its heading, however many answers there are"""
    distance = room.watch.script(TOP, "#question") - room.watch.script(TOP, "#questions-panel")
    if distance > 160:
        expect(round(distance), 100, "pixels from 答疑 to its field")


def back(room):
    """going back closes an open sheet and stays in the room; what was typed is still there"""
    page = room.watch
    page.open(room.address)
    page.wait_text("#shelf", "后端开发工程师")
    steps = page.script("return history.length")
    page.click("#shelf > li:nth-child(2) .row")
    page.wait_text("#details", "按图纸完成零件加工")
    page.script("history.back()")
    until(lambda: page.script("return !document.querySelector('dialog[open]')"), "the sheet to close")
    expect(page.script("return location.pathname"), "/watch", "the page")
    page.click("#shelf > li:nth-child(2) .row")
    page.click("#details .apply")
    page.type("#resume-name", "李四")
    page.script("history.back()")
    until(lambda: page.script("return !document.querySelector('dialog[open]')"), "the sheet to close")
    expect(page.script("return [location.pathname, document.querySelector('#resume-name').value]"), ["/watch", "李四"], "page and name")
    for _ in range(3):
        page.click("#shelf > li:nth-child(2) .row")
        escape(page)
    expect(page.script("return history.length") - steps <= 1, True, "a closed sheet leaves no step to go back")


def reloaded(room):
    """a page that is loaded anew with a sheet open has no step left that leads nowhere"""
    page = room.watch
    page.click("#shelf > li:nth-child(2) .row")
    until(lambda: page.script("return history.state?.sheet"), "the sheet's step")
    page.script("location.reload()")
    until(lambda: page.script("return document.readyState === 'complete' && !history.state?.sheet"), "the step to be taken back")
    page.wait_text("#shelf", "后端开发工程师")


def comes_later(room):
    """a console that can't be had for the moment offers to try again, and then is there"""
    page = room.studio
    page.sign_in(f"{room.server.address}/studio", room.server.token("host"))
    page.devtools("Network.setBlockedURLs", urls=[f"*{room.path}"])
    try:
        page.open(f"{room.server.address}/studio?session={room.session}")
        page.wait_text("#main h1", "网络不通")
    finally:
        page.devtools("Network.setBlockedURLs", urls=[])
    page.click("#main button")
    page.wait_text("#title", "广州专场")


def told_in_sheets(room):
    """what is announced while a sheet is open is seen and read in it; a shared link opens the card, also over plain HTTP"""
    page = room.watch
    page.open(room.address)
    page.wait_text("#shelf", "后端开发工程师")
    page.script("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    page.script("document.addEventListener('copy', () => (window.copied = document.activeElement.value))")
    page.script("location.replace('#mine-panel')")
    page.click("#shelf > li:nth-child(2) .row")
    page.wait_text("#details", "按图纸完成零件加工")
    page.click("#details .controls button:nth-child(2)")
    page.wait_text("#details .notices[role=status]", "链接已复制")
    lies = "const { top, bottom } = document.querySelector('#details .notice').getBoundingClientRect(); return [top >= 0, bottom <= innerHeight]"
    until(lambda: page.script(lies) == [True, True], "the notice to be in the window")
    page.keep("shared")
    job = page.script("return document.querySelector('#shelf > li:nth-child(2) .row').dataset.job")
    link = f"{room.address}&job={job}&channel=share"
    expect(page.script("return window.copied"), f"后端开发工程师 · 广州数控装备有限公司 {link}", "the copied link")
    expect(page.script(FOCUS), "分享", "the focus")
    escape(page)
    page.open(link)
    page.wait_text("#details", "后端开发工程师")
    page.wait_text("#details", "按图纸完成零件加工")
    escape(page)


def offline(room):
    """a lost network is told at once, also to who has scrolled down, and nothing moves as if it were live"""
    page = room.watch
    page.open(room.address)
    page.wait_text("#connection", "实时连接")
    page.script("document.querySelector('#mine-panel').scrollIntoView()")
    page.devtools("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=-1, uploadThroughput=-1)
    try:
        until(lambda: "正在恢复连接" in (page.text("#connection") or "") or "正在连接" in page.text("#connection"), "the loss to be told", 3)
        top = page.script(TOP, "#connection")
        expect(0 <= top <= 60, True, f"the sign is in the window, at {top}")
        moving = "return document.getAnimations().filter(({ animationName }) => animationName === 'breathe').length"
        until(lambda: page.script(moving) == 0, "what looks live to stand still", 2)
        page.keep("offline")
    finally:
        page.devtools("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1, uploadThroughput=-1)
    page.wait_text("#connection", "实时连接")


def keeps_focus(room):
    """the focus stays where one works: in a sheet whose data arrive, on a card that changes, after applying and withdrawing"""
    page = room.watch
    page.script("document.querySelector('#shelf > li:nth-child(3) .row').focus()")
    page.press("Enter")
    page.wait_text("#details", "按图纸完成零件加工")
    expect(page.script(FOCUS), "关闭", "the focus in the sheet")
    escape(page)
    room.feature(0)
    page.wait_text("#featured", "数控车床操作工")
    page.script("document.querySelector('#featured .controls button').focus()")
    room.feature(1)
    page.wait_text("#featured", "后端开发工程师")
    expect(page.script(FOCUS), "岗位详情", "the focus on the card")
    page.script("document.querySelector('#featured-apply').focus()")
    page.press("Enter")
    page.script("document.querySelector('#resume-consent').checked = true")
    page.enter("#resume-phone", "13800138000")
    page.click("#resume-send")
    page.wait_text("#featured-apply", "已投递")
    expect(page.script("return document.querySelector('#featured').contains(document.activeElement)"), True, "the focus stays at the card")
    page.script("document.querySelector('#mine button').focus()")
    page.press("Enter", "Enter")
    page.wait_text("#mine", "已撤回")
    expect(page.script("return document.querySelector('#mine-panel').contains(document.activeElement)"), True, "the focus stays in the list")


def keyboard_host(room):
    """a host by keyboard keeps place and focus after each card and each answer"""
    page = room.studio
    page.open(f"{room.server.address}/studio?session={room.session}")
    page.wait_text("#shelf", "装配工3号线")
    page.wait_text("#questions", "第40个问题")
    page.press("/", "ArrowDown", "ArrowDown", "ArrowDown")
    third, fourth = (page.script(f"return document.querySelectorAll('#shelf .row')[{index}].dataset.job") for index in (2, 3))
    expect(page.script(FOCUS), third, "the focus on the third row")
    room.unfeature()
    until(lambda: "没有讲解中" in page.text("#featured"), "nothing on air")
    page.press("Enter")
    page.wait_text("#featured", "住家保姆")
    expect(page.script(FOCUS), third, "the focus after featuring")
    page.press("ArrowDown")
    expect(page.script(FOCUS), fourth, "the focus after the arrow")
    page.script("document.querySelector('#questions button').focus()")
    page.press("Enter")
    until(lambda: "第40个" not in page.text("#questions"), "the question to be answered")
    expect(page.script(FOCUS), "已口头回答: 第41个问题：包住吗？", "the focus after answering")
    page.script("document.querySelector('#questions button:nth-child(2)').click()")
    page.press(*"包住", "Enter")
    until(lambda: "第41个" not in page.text("#questions"), "the question to be answered")
    expect(page.script(FOCUS), "已口头回答: 第42个问题：包住吗？", "the focus after answering in writing")


def empty_shelf(room):
    """an empty shelf says so where its first row would be"""
    page = room.studio
    page.open(f"{room.server.address}/studio?session={room.other}")
    page.wait_text("#shelf-empty", "货架是空的")
    distance = page.script(TOP, "#shelf-empty") - page.script("return document.querySelector('#shelf-search').getBoundingClientRect().bottom")
    expect(distance < 60, True, f"the sentence stands {distance} px under the search")
    page.keep("empty-shelf")


SCENES = [tabs, named_tab, field_first, back, reloaded, comes_later, told_in_sheets, offline, keeps_focus, keyboard_host, empty_shelf]
