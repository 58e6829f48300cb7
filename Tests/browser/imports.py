"""A clerk's spreadsheet: sent, understood otherwise, corrected and posted."""

import pathlib
import sys
import tempfile

import axe
from jobcast import ROOT, Server
from webdriver import Failure, expect, until

sys.path.insert(0, str(ROOT / "Tests"))

import workbooks  # noqa: E402

NAME = "广州明珞装备股份有限公司"


def run(driver, report):
    with Server() as server, driver.browser(1280, 900) as desk, tempfile.TemporaryDirectory() as folder:
        clerk = Clerk(server, desk, pathlib.Path(folder))
        for scene in SCENES:
            try:
                scene(clerk)
                expect(axe.faults(desk), [], "what axe-core finds")
                report(scene.__doc__)
                desk.keep(f"import-{scene.__name__}")
            except (Failure, KeyError, TypeError, IndexError, OSError) as failure:
                report(scene.__doc__, f"{type(failure).__name__}: {failure}")
                desk.keep(f"failed-{scene.__name__}")
        complaints = [line for line in desk.console() if "Failed to load resource" not in line]
        report("the page of imports did not complain in its console", "\n".join(complaints) or None)


class Clerk:
    def __init__(self, server, desk, folder):
        self.server, self.desk, self.folder = server, desk, folder
        # Where the browser can write, whoever runs it.
        self.downloads = pathlib.Path(tempfile.mkdtemp(dir=folder))
        desk.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))

    def send(self, name, data):
        """Chooses a file as people do, and waits for what is found in it."""
        path = self.folder / name
        path.write_bytes(data)
        self.desk.type("#file", str(path))
        self.desk.wait_text("#outcome", "检查结果")
        return self.desk.text("main h1")

    def tally(self):
        return self.desk.script(
            "return Object.fromEntries(Array.from(document.querySelectorAll('#tally > div'), (part) => [part.dataset.status, part.querySelector('dd').innerText]))"
        )

    def wait_tally(self, expected):
        try:
            until(lambda: self.tally() == expected, "the counts")
        except Failure:
            raise Failure(f"the counts are {self.tally()}, not {expected}") from None

    def jobs(self):
        return {job["title"]: job for job in self.server.get("/v1/jobs?limit=200", "operator")["items"]}


def chooses(clerk):
    """a clerk finds where to send a table, a template for one, and is told of a file that is none"""
    clerk.desk.sign_in(f"{clerk.server.address}/import", clerk.server.token("host", "clerk"))
    clerk.desk.wait_text("#drop", "选择岗位表")
    picture = clerk.folder / "picture.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    clerk.desk.type("#file", str(picture))
    clerk.desk.wait_text("#file-problem", "不是工作簿")
    clerk.desk.click("#drop .link")
    template = until(lambda: list(clerk.downloads.glob("*.csv")), "the template")[0]
    expect(template.read_bytes()[:3], b"\xef\xbb\xbf", "the template's mark")
    template.rename(clerk.folder / "template.csv")


def misreads(clerk):
    """a table whose company nobody knows and one of whose columns nobody knows is shown with that, cell by cell"""
    expect(clerk.send("三月岗位.xlsx", workbooks.mistaken()), "三月岗位.xlsx", "the name")
    clerk.wait_tally({"good": "0", "faulty": "3", "beside": "5"})
    clerk.desk.wait_text("#outcome ~ .hints", "1 列不知道是什么")
    clerk.desk.wait_text("#rows", "没有登记过“广州明珞装备股份有限公司”")
    expect(clerk.desk.script("return document.querySelector('#commit').disabled"), True, "that nothing can be posted")


def matches(clerk):
    """once the company is registered and the column is said, the good rows are good and the bad cell is marked"""
    company = {"name": NAME, "uscc": workbooks.CODE, "region": "440112", "kind": "employer"}
    clerk.server.post("/v1/companies", "host", company)
    clerk.desk.enter("#use-2", "title")
    clerk.desk.click("#check")
    clerk.wait_tally({"good": "2", "faulty": "1", "beside": "5", "flagged": "2"})
    clerk.desk.wait_text("#rows td.wrong", "面议")
    clerk.desk.wait_text("#rows td.wrong .fault", "招聘信息必须写明工资")
    clerk.desk.enter("#rows-status", "good")
    clerk.desk.wait_text("#rows", "6,000–9,000")
    clerk.desk.wait_text("#rows", "年龄")


def corrects(clerk):
    """the table comes back with what is wrong, is corrected, and is good; the address brings it back in another tab"""
    clerk.desk.click("#corrections")
    path = until(lambda: [file for file in clerk.downloads.glob("*.csv")], "the corrected file")[0]
    text = path.read_text("utf-8-sig")
    expect("问题" in text.splitlines()[0] and "招聘信息必须写明工资" in text, True, f"the faults in {text}")
    path.unlink()
    clerk.desk.open(clerk.server.address + "/import")
    clerk.send("改好.csv", text.replace("面议", "4500").encode("gb18030"))
    clerk.wait_tally({"good": "3", "faulty": "0", "beside": "1", "flagged": "2"})
    address = clerk.desk.script("return location.href")
    clerk.desk.open(clerk.server.address + "/import")
    clerk.desk.wait_text(".earlier", "改好.csv")
    clerk.desk.open(address)
    clerk.wait_tally({"good": "3", "faulty": "0", "beside": "1", "flagged": "2"})


def posts(clerk):
    """all rows are posted by one press, and the same file once more adds nothing"""
    clerk.desk.click("#commit")
    clerk.desk.wait_text("#outcome", "已导入 3 个岗位")
    expect(sorted(clerk.jobs()), sorted(["焊工", "装配钳工", "仓管员"]), "the jobs")
    expect(clerk.jobs()["焊工"]["terms"]["age"], {"minimum": 18, "maximum": 45}, "whom the job is for")
    clerk.desk.open(clerk.server.address + "/import")
    clerk.send("再来一次.csv", (clerk.folder / "改好.csv").read_bytes())
    clerk.wait_tally({"good": "0", "faulty": "0", "known": "3", "beside": "1"})


def pages_rows(clerk):
    """a long table is shown a page at a time, on a phone and in English too"""
    clerk.desk.open(clerk.server.address + "/import")
    clerk.send("长表.xlsx", workbooks.plain("180"))
    clerk.wait_tally({"good": "180", "faulty": "0", "beside": "1"})
    clerk.desk.click("#rows-next")
    clerk.desk.wait_text("#rows tbody tr th", "51")
    clerk.desk.click("#rows-back")
    until(lambda: clerk.desk.text("#rows tbody tr th") == "1", "the first page again")
    clerk.desk.click("#language")
    clerk.desk.wait_text("#outcome", "What was found")
    clerk.desk.call("POST", "/window/rect", {"width": 360, "height": 740})
    wide = clerk.desk.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    expect(wide, 0, "the width beyond a phone's window")


def picks_sheet(clerk):
    """of a workbook with several sheets the one that is meant is asked for, the others are led to, and an import can be discarded"""
    page = clerk.desk
    page.call("POST", "/window/rect", {"width": 1280, "height": 900})
    page.click("#language")
    page.open(clerk.server.address + "/import")
    page.wait_text("#drop", "选择岗位表")
    path = clerk.folder / "按月.xlsx"
    path.write_bytes(workbooks.monthly())
    page.type("#file", str(path))
    page.wait_text("#sheet-title", "有几张工作表")
    expect(page.script("return [...document.querySelectorAll('#drop li')].map((one) => one.innerText)"), ["二月", "三月"], "the sheets")
    expect(page.script("return document.activeElement.dataset.sheet"), "二月", "the first has the focus")
    page.keep("import-sheets")
    page.press("Tab", "Enter")
    page.wait_text("#outcome", "检查结果")
    clerk.wait_tally({"good": "3", "faulty": "0", "beside": "1"})
    page.click(".others a")
    page.wait_text("#drop .note", "二月")
    page.type("#file", str(path))
    page.wait_text("#outcome", "检查结果")
    page.wait_text("main", "工作表“二月”")
    page.click("#discard")
    page.wait_text(".earlier", "工作表“三月”")
    expect("工作表“二月”" in page.text(".earlier"), False, "what was discarded is listed")


SCENES = [chooses, misreads, matches, corrects, posts, pages_rows, picks_sheet]
