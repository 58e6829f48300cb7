"""Accounts: somebody is invited, chooses a password, signs in, works, is suspended, and is out."""

import base64
import hashlib
import hmac
import os
import struct
import time

import qr
from jobcast import Server
from webdriver import Failure, expect, until

PASSWORD = "一句只有我自己知道的话 abc"


def run(driver, report):
    with Server() as server, driver.browser(1280, 900) as chief, driver.browser(390, 844) as staff:
        people = People(server, chief, staff)
        for scene in SCENES:
            try:
                scene(people)
                report(scene.__doc__)
            except (Failure, KeyError, TypeError, IndexError) as failure:
                report(scene.__doc__, f"{type(failure).__name__}: {failure}")
                people.picture(f"failed-{scene.__name__}")


class People:
    """An operator, who holds a token at first, and somebody who is invited."""

    def __init__(self, server, chief, staff):
        self.server, self.chief, self.staff = server, chief, staff
        self.studio = self.factor = None
        chief.sign_in(f"{server.address}/accounts", server.token("operator", "operator-1"))

    def picture(self, name):
        if folder := os.environ.get("SCREENSHOTS"):
            os.makedirs(folder, exist_ok=True)
            self.chief.screenshot(f"{folder}/{name}-chief.png", full=True)
            self.staff.screenshot(f"{folder}/{name}-staff.png", full=True)


def code(secret):
    """The six digits that an authenticator shows now (RFC 6238)."""
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    number = struct.unpack(">I", digest[digest[-1] & 15 :][:4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def sign_in(page, account, password, code=None):
    page.enter("#signin-account", account)
    page.enter("#signin-password", password)
    if code:
        page.enter("#signin-code", code)
    page.click("#signin [type=submit]")


def invited(people):
    """an operator opens an account, grants it a role and makes the link by which its holder is invited"""
    page = people.chief
    page.wait_text("h1", "账号与授权")
    page.type("#account-name", "li.ming")
    page.press("Enter")
    page.wait_text("#grants-empty", "li.ming 还没有任何授权")
    page.enter("#grant-role", "host")
    page.click("#grant [type=submit]")
    page.wait_text("#grants", "收回“主播 · 全部”")
    page.type("#invitation-name", "李明")
    page.click("#invitation [type=submit]")
    address = page.wait_text("#invitation-address", "/invitation#")
    page.wait_text("#accounts", "已邀请")
    people.picture("invited")
    accepts(people, address)


def accepts(people, address):
    page = people.staff
    page.open(address)
    page.wait_text("#invited", "li.ming")
    expect(page.script("return location.hash"), "", "the fragment")
    page.type("#acceptance-password", "too short")
    page.type("#acceptance-again", "too short")
    page.press("Enter")
    page.wait_text("#acceptance-error", "至少 12 个字")
    people.picture("invitation")
    page.enter("#acceptance-password", PASSWORD)
    page.click("#acceptance [type=submit]")
    page.wait_text("#acceptance-error", "两次输入的密码不一样")
    page.enter("#acceptance-again", PASSWORD)
    page.click("#acceptance [type=submit]")
    page.wait_text("#accepted", "已登录为 li.ming")
    page.open("about:blank")
    page.open(address)
    page.enter("#acceptance-password", PASSWORD)
    page.enter("#acceptance-again", PASSWORD)
    page.click("#acceptance [type=submit]")
    page.wait_text("#acceptance-error", "邀请链接已用过")


def works(people):
    """whoever has signed in works by the browser's cookie: starts a session and sees its room live, and no script can read the cookie"""
    page = people.staff
    starts, ends = (time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 3600 * when)) for when in (0, 2))
    wanted = {"title": "李明的专场", "format": "county", "startsAt": starts, "endsAt": ends}
    session = people.server.post("/v1/sessions", "host", wanted, subject="li.ming")["id"]
    people.studio = f"{people.server.address}/studio?session={session}"
    page.open(people.studio)
    page.wait_text("#title", "李明的专场")
    expect(page.script("return [document.cookie, sessionStorage.length]"), ["jobcast-signed-in=1", 0], "what a script can read")
    page.wait_text("#connection", "实时连接")
    page.click("#control-start")
    page.wait_text("#status", "直播中")
    people.picture("works")


def stays(people):
    """after signing in nobody is led to another host, whatever the address says"""
    page = people.staff
    for back in ("//evil.example/", "https://evil.example/", "/\\evil.example", "/.//evil.example/", "/a/..//evil.example/", "/%2e//evil.example/",
                 "javascript:alert(1)", "/studio"):
        page.open(f"{people.server.address}/signin?back={back}")
        page.wait_text("#already", "李明")
        sign_in(page, "li.ming", PASSWORD)
        until(lambda: page.script("return location.pathname") == ("/studio" if back == "/studio" else "/office"), f"a page after {back}")


def factor(people):
    """on the own page a second factor is set, and asked for at the next sign-in; what is wrong is said"""
    page = people.staff
    page.open(people.server.address + "/me")
    page.wait_text("#me-who", "李明 · li.ming")
    page.wait_text("#me-grants", "主播 · 全部")
    page.type("#factor-password-password", "not the password")
    page.press("Enter")
    page.wait_text("#factor-password-password-error", "不是您的密码")
    page.enter("#factor-password-password", PASSWORD)
    page.click("#factor-password [type=submit]")
    people.factor = page.wait_text("#factor-secret", " ")
    people.picture("factor")
    scanned(people)
    page.type("#factor-code-code", "000000")
    page.press("Enter")
    page.wait_text("#factor-code-code-error", "不是现在的验证码")
    page.enter("#factor-code-code", code(people.factor))
    page.click("#factor-code [type=submit]")
    page.wait_text("#factor-state", "已开启")
    page.wait_text("#sign-ins", "当前设备")
    people.picture("me")
    page.click("#sign-ins button")
    until(lambda: page.script("return location.pathname") == "/", "the lobby")
    expect(page.script("return document.cookie"), "", "what is left of the cookies")


def scanned(people):
    """What a camera reads from the screen is the address that an authenticator opens, with the secret in it."""
    page = people.staff
    until(lambda: page.script("return document.querySelector('#factor-image').naturalWidth") > 0, "the image")
    page.script("document.querySelector('#factor-image').scrollIntoView({ block: 'center' })")
    read = qr.read(page)
    expect(read, [page.script("return document.querySelector('#factor-address').href")], "what the image says")
    expect(f"secret={people.factor.replace(' ', '')}" in read[0], True, "the secret in it")


def returns(people):
    """signing in says what is wrong, asks for the code, and goes back to where one came from"""
    page = people.staff
    page.open(people.server.address + "/me")
    page.wait_text("main", "请先登录")
    page.click("main .primary")
    page.wait_text("h1", "工作人员登录")
    sign_in(page, "li.ming", "wrong wrong wrong")
    page.wait_text("#signin-error", "账号、密码或验证码不对")
    sign_in(page, "li.ming", PASSWORD)
    page.wait_text("#signin-error", "请填写动态验证码")
    people.picture("signin")
    sign_in(page, "li.ming", PASSWORD, fresh_code(people))
    page.wait_text("#me-who", "李明")


def fresh_code(people):
    """A code that was not used yet: each is good once."""
    last = getattr(people, "last", code(people.factor))
    until(lambda: code(people.factor) != last, "another code", 40)
    people.last = code(people.factor)
    return people.last


def suspended(people):
    """whoever is suspended is out of the page and of the room at once, and can't come back in"""
    page, chief = people.staff, people.chief
    page.open(people.studio)
    page.wait_text("#connection", "实时连接")
    chief.type("#suspension-reason", "离职")
    chief.click("#suspension [type=submit]")
    chief.wait_text("#one-state", "已停用")
    page.wait_text("#connection", "身份已失效")
    page.open(people.server.address + "/me")
    page.wait_text("main", "请先登录")
    page.open(people.server.address + "/signin")
    sign_in(page, "li.ming", PASSWORD)
    page.wait_text("#signin-error", "已停用")
    people.picture("suspended")


def audited(people):
    """the audit list tells all of it, and can be narrowed to one account and one kind of event"""
    page = people.chief
    page.open(people.server.address + "/accounts")
    for words in ("停用账号", "登录失败", "开启两步验证", "授予权限", "邀请链接"):
        page.wait_text("#audit", words)
    expect(PASSWORD in page.text("body"), False, "the password")
    page.type("#audit-account", "li.ming")
    page.enter("#audit-type", "GrantGiven")
    page.click("#audit-filter [type=submit]")
    until(lambda: page.script("return document.querySelectorAll('#audit tr').length") == 1, "the one grant")
    page.wait_text("#audit", "operator-1")
    people.picture("audit")


def tokens(people):
    """a token for a machine is made, shown once, listed and revoked"""
    page = people.chief
    page.open(people.server.address + "/accounts")
    page.enter("#account-name", "screen")
    page.click("#account [type=submit]")
    page.wait_text("#grants-empty", "screen")
    page.enter("#grant-role", "analyst")
    page.click("#grant [type=submit]")
    page.wait_text("#grants", "分析员")
    page.type("#token-name", "大厅大屏")
    page.click("#token [type=submit]")
    until(lambda: page.script("return document.querySelector('#token-text').value").count(".") == 2, "a token")
    page.wait_text("#tokens", "大厅大屏")
    people.picture("tokens")
    page.click("#tokens button")
    page.wait_text("#tokens-empty", "没有有效的令牌")
    page.click("#language")
    page.wait_text("#one-state", "Not invited")
    page.wait_text("#audit", "Token revoked")
    page.click("#language")


SCENES = [invited, works, stays, factor, returns, suspended, audited, tokens]
