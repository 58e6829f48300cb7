"""Every form of every page, with every field filled: what a page lets people enter, the server takes."""

import re
import urllib.request
import uuid

from webdriver import expect, until

PAGES = ("", "watch", "office", "companies", "jobs", "desk", "care", "vetting", "sessions", "series", "policies", "studio", "insight", "operations", "accounts", "me", "signin", "invitation")

#: Fills whatever fields a form has, each to its limits, as if it had been typed; gives their names.
FILL = """
    const value = {
      text: (field) => '经验丰富，能吃苦。'.repeat(300).slice(0, field.maxLength > 0 ? field.maxLength : 60),
      tel: () => '138.0013.8000',
      search: () => '',
      number: (field) => field.max || '1',
      date: (field) => field.max,
      'datetime-local': (field) => field.value || field.max,
    };
    const filled = [];
    for (const field of document.querySelector(arguments[0]).elements) {
      if (!['INPUT', 'TEXTAREA', 'SELECT'].includes(field.tagName) || field.type === 'hidden') continue;
      if (field.type === 'checkbox') field.checked || field.click();
      else if (field.tagName === 'SELECT') field.selectedIndex = field.length - 1;
      else field.value = (value[field.tagName === 'TEXTAREA' ? 'text' : field.type])(field);
      for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));
      filled.push(field.name || field.id);
    }
    return filled;
"""

#: Remembers what the server answered to each write from now on.
LISTEN = """
    if (window.writes) return;
    window.writes = [];
    const ask = window.fetch;
    window.fetch = async (path, options) => {
      const response = await ask(path, options);
      if (options?.method === 'POST') window.writes.push(`${response.status} ${path} ${await response.clone().text()}`);
      return response;
    };
"""


def submit(page, form):
    """Fills and sends a form; the server has to take it."""
    page.script(LISTEN)
    count = page.script("return window.writes.length")
    fields = page.script(FILL, form)
    page.click(f"{form} [type=submit]")
    until(lambda: page.script("return window.writes.length") > count, f"an answer to {form} with {fields}: {page.text(form)}")
    answer = page.script("return window.writes.at(-1)")
    expect(answer[:2], "20", f"{form} with {fields}: {answer}")
    return fields


def applies(page, room):
    page.open(room.address)
    page.wait_text("#shelf", "住家保姆")
    page.click("#shelf > li:nth-child(3) .apply")
    submit(page, "#resume-form")
    page.wait_text("#mine .sent", "13800138000 · 经验丰富")
    expect("经验丰富，能吃苦。" * 20 in page.text("#mine .sent"), True, "the profile is shown back")
    page.keep("applied")


def asks(page, room):
    page.open(room.address)
    page.wait_text("#title", "广州专场")
    submit(page, "#ask")


def schedules(page, room):
    page.open(f"{room.server.address}/sessions?new")
    page.wait_text("#schedule-policies", "赴粤交通补助")
    page.click("#add-segment")
    fields = page.script(FILL, "#schedule")
    page.click("#schedule [type=submit]")
    planned(page, fields)


def planned(page, fields):
    """Waits for the page of the session to which one that was taken leads."""
    until(lambda: "session=" in page.script("return location.search") or page.text("#schedule-error"), "an answer")
    expect("session=" in page.script("return location.search"), True, f"#schedule with {fields}: {page.text('#schedule')}")
    page.wait_text("#session-title", "经验丰富")


def chooses(page, room):
    """A host of two organisations says for which of them a session is."""
    company = room.server.get("/v1/companies?limit=1")["items"][0]
    grants = [{"role": "host", "organisation": id} for id in (str(uuid.uuid4()), company["id"])]
    page.sign_in(f"{room.server.address}/sessions?new", room.server.token("host", "host-of-two", grants=grants))
    page.wait_text("#schedule-organisation", company["name"])
    fields = page.script(FILL, "#schedule")
    page.keep("organisations")
    page.click("#schedule [type=submit]")
    planned(page, fields)
    session = page.script("return new URLSearchParams(location.search).get('session')")
    expect(room.server.get(f"/v1/sessions/{session}")["organisation"], company["id"], "to whom the session belongs")


def shelves(page, room):
    page.open(f"{room.server.address}/studio?session={room.other}")
    page.wait_text("#title", "空货架")
    page.click("#add")
    page.wait_text("#addable", "装配工3号线")
    page.click("#adding-all")
    submit(page, "#adding-form")
    page.wait_text("#shelf", "装配工3号线")


def replies(page, room):
    page.open(f"{room.server.address}/studio?session={room.session}")
    page.wait_text("#questions", "个问题")
    page.click("#questions .controls button:nth-child(2)")
    submit(page, "#questions form:not([hidden])")


def accounts(page, room):
    """An operator opens an account whose name is as long as a name may be, and does with it all that there is a form for."""
    page.sign_in(f"{room.server.address}/accounts", room.server.token("operator"))
    page.wait_text("#accounts-empty", "还没有账号")
    page.enter("#account-name", "工" * 42)
    page.click("#account [type=submit]")
    page.wait_text("#grants-empty", "还没有任何授权")
    page.script("document.querySelector('#grant-role').value = 'coHost'")
    page.script("document.querySelector('#grant-scope').selectedIndex = 1")
    page.script(LISTEN)
    page.click("#grant [type=submit]")
    page.wait_text("#grants", "收回“副播 · ")
    expect("organisation" in page.script("return window.writes.at(-1)"), True, "the grant is one company's")
    for form in ("#invitation", "#token", "#suspension"):
        submit(page, form)
    page.click("#grants button")
    page.wait_text("#grants-empty", "还没有任何授权")


#: Forms that accounts.py fills.
ELSEWHERE = ("audit-filter", "signin", "acceptance")
#: Who fills which form; one without words here is filled elsewhere.
FORMS = {"resume-form": applies, "ask": asks, "adding-form": shelves} | dict.fromkeys(ELSEWHERE)
#: Who fills forms that scripts build.
BUILT = [schedules, replies, accounts]


def every_form(room):
    """every field of every form is filled, and the server takes what the page sends"""
    found = set()
    for path in PAGES:
        with urllib.request.urlopen(f"{room.server.address}/{path}", timeout=30) as response:
            found |= set(re.findall(r'<form[^>]*\bid="([^"]+)"', response.read().decode()))
    expect(found, set(FORMS), "forms in the pages' HTML, and those filled here")
    chooses(room.studio, room)
    room.studio.sign_in(f"{room.server.address}/studio", room.server.token("host"))
    for fill in BUILT:
        fill(room.studio, room)
    for form, fill in FORMS.items():
        fill and fill(room.watch if form in ("resume-form", "ask") else room.studio, room)


SCENES = [every_form]
