"""One session in the browser: a host in the studio, a viewer on a phone, an analyst, and the log between them."""

import contextlib
import signal

from frames import Contract, Frames
from jobcast import Server, story
from webdriver import Failure, expect, until

LATHE, DEVELOPER, NANNY, SORTER = "数控车床操作工", "后端开发工程师", "住家保姆", "仓库分拣员（日结）"


def run(driver, report):
    with Server() as server, driver.browser(1280, 800) as studio, driver.browser(390, 844) as watch:
        stage = Stage(server, studio, watch)
        for scene in SCENES:
            try:
                scene(stage)
                report(scene.__doc__)
            except (Failure, KeyError, TypeError, IndexError) as failure:
                report(scene.__doc__, f"{type(failure).__name__}: {failure}")
                stage.picture(f"failed-{scene.__name__}")
            stage.frames.gather()
        complaints = [line for line in studio.console() + watch.console() if "Failed to load resource" not in line and "/live" not in line]
        report("no page complained in its console", "\n".join(complaints) or None)
        stage.report_frames(report)


class Stage:
    def __init__(self, server, studio, watch):
        self.server, self.studio, self.watch = server, studio, watch
        self.session, self.jobs = story(server)
        self.contract = Contract(server)
        self.frames = Frames(self.contract, studio, watch)
        studio.sign_in(f"{server.address}/studio?session={self.session}", server.token("host"))
        watch.open(f"{server.address}/watch?session={self.session}")

    def types(self):
        return [event["type"].split(".")[-1] for event in self.server.events(self.session)]

    def observed(self):
        """The kinds of what the audience was seen to do."""
        seen = [event["data"] for event in self.server.events(self.session) if event["type"].endswith("AudienceObserved")]
        return {kind for data in seen for kind in data["kind"]}

    def newest(self, role="analyst"):
        return self.server.get(f"/v1/sessions/{self.session}/counters", role)

    def feature(self, title):
        """Puts a card on air over HTTP, knowingly early."""
        self.server.post(f"/v1/sessions/{self.session}/featured", "host", {"job": self.jobs[title], "override": True})

    def report_frames(self, report):
        """Every frame must be as asyncapi.yaml says, and every one it says the server sends must have been seen."""
        for way, wanted in [
            ("WebSocket", self.contract.names("send", "live")),
            ("events", {"hello", "card", "counters"}),
            ("state", {"hello"}),
            ("page", {"join", "opened", "saved"}),
        ]:
            missing = wanted - set(self.frames.seen[way])
            report(f"frames by {way} were seen: {self.frames.counts(way)}", f"none of {sorted(missing)}" if missing else None)
        report("every frame fits asyncapi.yaml", "\n        ".join(self.frames.faults) or None)

    def picture(self, name):
        self.watch.keep(f"{name}-watch")
        self.studio.keep(f"{name}-studio")


def goes_live(stage):
    """a host goes live in the studio, and the viewer's page says so"""
    stage.watch.wait_text("#status", "未开播")
    stage.watch.wait_text("#shelf", LATHE)
    stage.studio.wait_text("#connection", "实时连接")
    stage.studio.click("#control-start")
    stage.studio.wait_text("#status", "直播中")
    stage.watch.wait_text("#status", "直播中")


def keyboard(stage):
    """a host features a card by keyboard alone, and the viewer sees it"""
    stage.studio.press("/")
    stage.studio.press(*"数控车床")
    stage.studio.wait_text("#shelf", LATHE)
    until(lambda: DEVELOPER not in stage.studio.text("#shelf"), "the search to narrow the shelf")
    stage.studio.press("ArrowDown", "Enter")
    stage.studio.wait_text("#featured", LATHE)
    stage.watch.wait_text("#featured", LATHE)
    stage.watch.wait_text("#featured .card-pay", "6,500–9,000 元/月")
    stage.picture("live")


def first_response(stage):
    """the page by itself shows the room: title, card and figures come in it, its script and its style each in one request"""
    stage.watch.devtools("Network.setBlockedURLs", urls=["*/v1/*"])
    try:
        stage.watch.open(f"{stage.server.address}/watch?session={stage.session}")
        stage.watch.wait_text("#featured", LATHE)
        stage.watch.wait_text("#status", "直播中")
        stage.watch.wait_text("#counter-openings", "97")
        stage.watch.wait_text("#shelf-sum", "4 个岗位")
        expect("广州专场" in stage.watch.script("return document.title"), True, "the session in the title")
        loaded = stage.watch.script("return performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !name.includes('/v1/'))")
        expect(sorted(name.split(".")[-1] for name in set(loaded)), ["css", "js", "svg"], "files of the page")
        expect(all("/assets/" in name for name in loaded), True, "addresses for good")
    finally:
        stage.watch.devtools("Network.setBlockedURLs", urls=[])
    stage.watch.open(f"{stage.server.address}/watch?session={stage.session}")
    stage.watch.wait_text("#connection", "实时连接")


def applies(stage):
    """a viewer applies through the sheet, and the counter goes up on both pages and in the log"""
    stage.watch.click("#featured-apply")
    stage.watch.wait_text("#resume-consent-text", "广州数控装备有限公司")
    stage.watch.type("#resume-phone", "13800138000")
    stage.watch.click("#resume-send")
    stage.watch.wait_text("#resume-error", "请先勾选同意")
    stage.picture("resume")
    stage.watch.click("#resume-consent")
    stage.watch.click("#resume-send")
    stage.watch.wait_text("#notices", "投递成功")
    for page in (stage.watch, stage.studio):
        page.wait_text("#counter-submissions", "1")
    expect(stage.types().count("ResumeSubmitted"), 1, "résumés in the log")
    expect(stage.newest()["submissions"], 1, "submissions counted from the log")


def changed(stage):
    """who has applied reads what changed in the job since, once it is vetted again"""
    stage.watch.open(f"{stage.server.address}/watch?session={stage.session}")
    stage.watch.wait_text("#mine", "已投递")
    job = next(item["job"] for item in stage.server.get("/v1/submissions", "operator")["items"] if item["status"] == "submitted")
    stage.server.post(f"/v1/jobs/{job}/revision", "host", {"pay": {"minimum": 5000, "maximum": 5500, "unit": "month"}})
    stage.server.post("/v1/vettings", "reviewer", {"jobs": [job], "decision": "approve"})
    stage.watch.open(f"{stage.server.address}/watch?session={stage.session}")
    stage.watch.wait_text("#mine", "您投递后，这个岗位有改动")
    stage.watch.wait_text("#mine", "→ 5,000–5,500 元/月")


def applied(stage):
    """what was applied for is listed, and not offered again"""
    stage.watch.wait_text("#mine", LATHE)
    stage.watch.wait_text("#featured-apply", "已投递")
    expect(stage.watch.script("return document.querySelector('#featured-apply').disabled"), True, "the button is off")


def insists(stage):
    """a card is replaced early only at a second press, and the log says that the host knew"""
    stage.studio.enter("#shelf-search", "")
    stage.studio.script("document.querySelector(`[data-job='${arguments[0]}']`).focus()", stage.jobs[DEVELOPER])
    stage.studio.press("Enter")
    stage.studio.wait_text("#notices", "再按一次")
    stage.watch.wait_text("#featured", LATHE)
    stage.studio.press("Enter")
    stage.watch.wait_text("#featured", DEVELOPER)
    featured = [event["data"] for event in stage.server.events(stage.session) if event["type"].endswith("JobFeatured")]
    expect(featured[-1].get("overridden"), True, "overridden")


def takes_down(stage):
    """Escape takes the card down, early only at a second press"""
    stage.studio.press("Escape")
    stage.studio.wait_text("#notices", "再按一次")
    stage.studio.press("Escape")
    stage.watch.wait_text("#featured", "主播正在准备下一个岗位")


def segment(stage):
    """segment and policy card chosen in the studio reach the viewer"""
    stage.studio.click("#segment-policy")
    stage.watch.wait_text("#segment", "政策解读")
    stage.studio.click("#policies button")
    stage.watch.wait_text("#policy", "赴粤交通补助")


def asks(stage):
    """a viewer asks, the host answers in writing, the viewer reads it"""
    stage.watch.type("#question", "没有经验可以去吗？")
    stage.watch.click("#ask [type=submit]")
    stage.watch.wait_text("#questions", "等待主播回答")
    stage.studio.wait_text("#questions", "没有经验可以去吗？")
    stage.studio.click("#questions .controls button:nth-child(2)")
    stage.studio.press(*"可以，师傅带。", "Enter")
    stage.watch.wait_text("#questions", "可以，师傅带。")
    for page in (stage.watch, stage.studio):
        page.wait_text("#counter-answered", "1")


def personal(stage):
    """a question with a telephone number is refused with the reason"""
    stage.watch.type("#question", "请打 13800138000")
    stage.watch.click("#ask [type=submit]")
    stage.watch.wait_text("#notices", "电话或证件号码")
    stage.watch.script("document.querySelector('#ask').reset()")


def reconnects(stage):
    """a server restarted under the viewer: the page comes back by itself and shows every later card"""
    stage.feature(NANNY)
    stage.watch.wait_text("#featured", NANNY)
    stage.watch.script("window.isTheSamePage = true")
    stage.server.stop(signal.SIGTERM)
    stage.watch.wait_text("#connection", "正在恢复连接")
    stage.server.start()
    stage.feature(SORTER)
    stage.watch.wait_text("#connection", "实时连接")
    stage.watch.wait_text("#featured", SORTER)
    stage.feature(LATHE)
    stage.watch.wait_text("#featured", LATHE)
    expect(stage.watch.script("return window.isTheSamePage"), True, "the page was not loaded again")
    stage.studio.wait_text("#featured", LATHE)


def survives_kill(stage):
    """a server killed under the viewer: the same"""
    stage.server.stop(signal.SIGKILL)
    stage.watch.wait_text("#connection", "正在恢复连接")
    stage.server.start()
    stage.feature(DEVELOPER)
    stage.watch.wait_text("#featured", DEVELOPER)
    expect(stage.watch.script("return window.isTheSamePage"), True, "the page was not loaded again")


@contextlib.contextmanager
def without_sockets(stage, *blocked):
    """The viewer's page, loaded anew where no WebSocket and nothing `blocked` is had; it tries again as soon as it may."""
    source = """
        Math.random = () => 0;
        globalThis.WebSocket = class extends WebSocket { constructor(address, protocol) { super(`${address}/unknown`, protocol); } };
    """
    script = stage.watch.devtools("Page.addScriptToEvaluateOnNewDocument", source=source)["identifier"]
    stage.watch.devtools("Network.setBlockedURLs", urls=blocked)
    try:
        stage.watch.open(f"{stage.server.address}/watch?session={stage.session}")
        yield
    finally:
        stage.watch.devtools("Network.setBlockedURLs", urls=[])
        stage.watch.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=script)


def events(stage):
    """where there is no WebSocket, a viewer sees every card by server-sent events"""
    with without_sockets(stage):
        until(lambda: stage.frames.gather() or stage.frames.seen["events"]["hello"], "a greeting by events")
        for title in (NANNY, SORTER):
            stage.feature(title)
            stage.watch.wait_text("#featured", title)


def state(stage):
    """where there are no events either, a viewer sees the state"""
    with without_sockets(stage, "*/events"):
        stage.watch.wait_text("#connection", "实时连接")
        stage.feature(DEVELOPER)
        stage.watch.wait_text("#featured", DEVELOPER)


def language(stage):
    """the language is switched in place, and kept"""
    stage.watch.click("#language")
    stage.watch.wait_text("#featured-apply", "Apply now")
    stage.watch.wait_text("#shelf-title", "All jobs")
    expect(stage.watch.script("return document.documentElement.lang"), "en", "language of the document")
    stage.watch.open(f"{stage.server.address}/watch?session={stage.session}")
    stage.watch.wait_text("#featured-apply", "Apply now")
    stage.picture("english")
    stage.watch.click("#language")
    stage.watch.wait_text("#featured-apply", "一键投递")


def saves(stage):
    """a card is looked at, with what the job offers beside its pay, and saved, and the log has it"""
    stage.watch.click("#featured .controls button")
    stage.watch.wait_text("#details-content", "按图纸完成零件加工")
    for text in ("两班倒", "10.5 小时", "包餐", "收费住宿、最多 4 人间、150 元/月"):
        stage.watch.wait_text("#details-content", text)
        stage.studio.wait_text("#featured", text)
    stage.watch.click("#details [aria-pressed]")
    stage.watch.wait_text("#details [aria-pressed]", "已收藏")
    stage.picture("details")
    stage.watch.press("Escape")
    until(lambda: {"opened", "saved"} <= stage.observed(), "the observations in the log")


def withdraws(stage):
    """a viewer withdraws at a second press, and the counter goes down"""
    stage.watch.click("#mine button")
    stage.watch.click("#mine button")
    stage.watch.wait_text("#mine", "已撤回")
    stage.watch.wait_text("#counter-submissions", "0")
    stage.studio.wait_text("#counter-submissions", "0")
    expect(stage.newest()["submissions"], 0, "submissions counted from the log")


def ends(stage):
    """a host ends the session after a confirmation; applying stays open"""
    stage.studio.click("#control-end")
    stage.studio.click("#end")
    stage.studio.wait_text("#status", "已结束")
    stage.watch.wait_text("#status", "已结束")
    stage.watch.wait_text("#featured", "讲解已结束")
    stage.watch.click("#shelf .small")
    stage.watch.type("#resume-phone", "13800138000")
    stage.watch.click("#resume-consent")
    stage.watch.click("#resume-send")
    stage.watch.wait_text("#notices", "投递成功")
    until(lambda: stage.newest()["submissions"] == 1, "the submission in the replay to count")


def insight(stage):
    """an analyst sees every event, and the counters as of any of them"""
    page, events = stage.studio, stage.server.events(stage.session)
    page.sign_in(f"{stage.server.address}/insight?session={stage.session}", stage.server.token("analyst"))
    page.wait_text("#events", "开播")
    featured = next(event for event in events if event["type"].endswith("JobFeatured"))
    page.enter("#position", featured["position"])
    counted = stage.server.get(f"/v1/sessions/{stage.session}/counters?asOf={featured['position']}")
    newest = stage.newest()
    page.wait_text("#figures", f"已投简历\t{counted['submissions']}\t{newest['submissions']}")
    page.wait_text("#figures", f"已讲岗位\t{counted['cards']}\t{newest['cards']}")
    expect((counted["submissions"], counted["cards"]), (0, 1), "submissions and cards as of the first card")
    page.click("#earlier")
    until(lambda: int(page.script("return document.querySelector('#position').value")) < featured["position"], "a step back")
    stage.picture("insight")


def lobby(stage):
    """the lobby lists the session among the past ones, and an empty section says so"""
    stage.watch.open(stage.server.address + "/")
    stage.watch.wait_text("#ended", "广州专场")
    stage.watch.wait_text("#live", "现在没有直播")
    stage.picture("lobby")


def schedules(stage):
    """a host schedules a session and fills its shelf in the studio"""
    page = stage.studio
    page.sign_in(f"{stage.server.address}/sessions?new", stage.server.token("host"))
    page.type("#schedule-title", "珠海专场")
    page.click("#schedule [type=submit]")
    page.wait_text("#session-title", "珠海专场")
    page.click("#next a")
    page.wait_text("#title", "珠海专场")
    page.wait_text("#shelf-empty", "货架是空的")
    page.click("#add")
    page.wait_text("#addable", LATHE)
    page.wait_text("#addable", DEVELOPER)
    pay = {"minimum": 9000, "maximum": 9900, "unit": "month"}
    stage.server.post(f"/v1/jobs/{stage.jobs[DEVELOPER]}/revision", "host", {"pay": pay})
    page.click("#adding-all")
    page.click("#adding-send")
    page.wait_text("#adding-error", "1 个岗位不能展示，没有加入：")
    page.wait_text("#adding-error", DEVELOPER)
    page.wait_text("#adding-error", "还没有重新审核")
    page.wait_text("#shelf", LATHE)
    stage.picture("scheduled")


def strangers(stage):
    """pages without a session, with an unknown one or with the wrong role say what to do"""
    stage.watch.open(stage.server.address + "/watch")
    stage.watch.wait_text("#main", "没有写明场次")
    stage.watch.open(stage.server.address + "/watch?session=00000000-0000-4000-8000-000000000000")
    stage.watch.wait_text("#main", "没有这个场次")
    stage.watch.open(f"{stage.server.address}/studio?session={stage.session}")
    stage.watch.wait_text("#main", "请先登录")


SCENES = [
    goes_live, keyboard, first_response, applies, applied, insists, takes_down, segment, asks, personal, reconnects, survives_kill,
    events, state, language, saves, withdraws, ends, insight, lobby, changed, schedules, strangers,
]  # fmt: skip
