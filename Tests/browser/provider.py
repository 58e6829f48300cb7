"""Signing in at an office's provider of identities, which is another site: canaille (Tests/provider), in a process of its own."""

import os
import subprocess

from jobcast import ROOT, Server
from webdriver import Failure, expect, until


class Office:
    """The provider, once it answers."""

    def __init__(self, redirect):
        command = [ROOT / "Tests/provider/run", redirect]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("issuer "):
            raise Failure(f"the provider of identities has ended with {self.process.wait()}")
        self.issuer = line.split()[1]

    def put(self, person, *groups):
        self.process.stdin.write(f"groups {person} {','.join(groups)}\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def stop(self):
        self.process.kill()
        self.process.wait()


def run(driver, report):
    if subprocess.run([ROOT / "Tests/provider/run", "install"]).returncode == 77:
        return print("SKIPPED signing in at a provider of identities: see above", flush=True)
    office = None

    def settings(address):
        nonlocal office
        office = office or Office(f"{address}/v1/sign-ins/provider/callback")
        return {
            "JOBCAST_ADDRESS": address,
            "JOBCAST_OIDC_ISSUER": office.issuer,
            "JOBCAST_OIDC_CLIENT_ID": "jobcast",
            "JOBCAST_OIDC_CLIENT_SECRET": "a secret/of the client",
            "JOBCAST_OIDC_NAME": "统一身份认证",
            "JOBCAST_OIDC_SCOPES": "openid profile groups",
            "JOBCAST_OIDC_GRANTS": "groups:hosts=host,analyst;groups:ops=operator",
        }

    try:
        with Server(settings) as server, driver.browser(390, 844) as page:
            for scene in SCENES:
                try:
                    scene(server, office, page)
                    report(scene.__doc__)
                except (Failure, KeyError, TypeError, IndexError) as failure:
                    report(scene.__doc__, f"{type(failure).__name__}: {failure}")
                    picture(page, f"failed-{scene.__name__}")
    finally:
        if office:
            office.stop()


def picture(page, name):
    if folder := os.environ.get("SCREENSHOTS"):
        os.makedirs(folder, exist_ok=True)
        page.screenshot(f"{folder}/provider-{name}.png", full=True)


def at_provider(page, name):
    """Fills in the two forms of the provider."""
    until(lambda: page.script("return location.hostname") == "localhost", "the provider's page")
    page.enter("input[name=login]", name)
    page.script("document.querySelector('input[name=login]').form.requestSubmit()")
    until(lambda: page.script("return document.querySelector('input[name=password]') !== null"), "the form for the password")
    page.enter("input[name=password]", name * 2)
    page.script("document.querySelector('input[name=password]').form.requestSubmit()")


def ungranted(server, office, page):
    """whom the provider knows and nothing grants anything is told so, and what to do, in both languages"""
    page.open(server.address + "/jobs?status=expired")
    page.wait_text("main", "请先登录")
    page.click("main .primary")
    page.wait_text("#signin-provider", "用统一身份认证登录")
    picture(page, "signin")
    page.click("#signin-provider")
    at_provider(page, "li.ming")
    page.wait_text("#signin-fault", "还没有任何授权")
    picture(page, "ungranted")
    page.click("#language")
    page.wait_text("#signin-fault", "you have no grants yet")
    page.wait_text("#signin-provider", "Sign in with 统一身份认证")
    page.click("#language")
    expect(page.script("return document.cookie"), "", "the cookies that a script can read")


def signed_in(server, office, page):
    """with a group that has grants, the same person comes back to the page that was asked for, and works"""
    office.put("li.ming", "hosts")
    # The provider remembers who has signed in there.
    page.click("#signin-provider")
    until(lambda: page.script("return location.pathname + location.search") == "/jobs?status=expired", "the page that was asked for")
    until(lambda: "jobcast-signed-in=1" in page.script("return document.cookie"), "the cookie")
    page.open(server.address + "/me")
    page.wait_text("#me-who", "li.ming")
    page.wait_text("#me-grants", "主播")
    picture(page, "me")
    page.open(server.address + "/signin")
    page.wait_text("#already", "li.ming")


def audited(server, office, page):
    """the audit list tells that the provider was the reason, and the operator by a group sees it"""
    office.put("li.ming", "ops")
    page.open(server.address + "/signin?back=/accounts")
    page.wait_text("#signin-provider", "用统一身份认证登录")
    page.click("#signin-provider")
    page.wait_text("#audit", "provider")
    page.wait_text("#audit", "统一身份认证")
    page.wait_text("#audit", "收回权限")
    picture(page, "audit")


def away(server, office, page):
    """a provider that has gone is told, and the password's form stays"""
    page.open(server.address + "/me")
    page.wait_text("#me-who", "li.ming")
    page.click("#sign-ins button")
    until(lambda: page.script("return location.pathname") == "/", "the lobby")
    office.stop()
    server.stop()
    server.start()
    page.open(server.address + "/signin")
    page.wait_text("#signin-provider-note", "暂时没有响应")
    page.click("#signin-provider")
    page.wait_text("#signin-fault", "没有响应")
    expect(page.script("return document.querySelector('#signin').hidden"), False, "the form")
    picture(page, "away")


SCENES = [ungranted, signed_in, audited, away]
