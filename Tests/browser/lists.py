"""Lists that are longer than a page of the server's."""

from jobcast import schedule
from webdriver import expect, until

TEXTS = "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText)"


def late_answer(room):
    """an answer to a question far behind the first page reaches viewers at once, before older answers"""
    page = room.watch
    page.open(room.address)
    page.wait_text("#questions-empty", "还没有已回答的提问")
    room.answer(203, "包住，两人一间。")
    page.wait_text("#questions", "包住，两人一间。")
    for number in range(40):
        room.answer(number, f"回答{number}")
    page.wait_text("#questions li:first-child", "回答39")


def older_answers(room):
    """older answers are had by “more”, in order, until there are no more"""
    page = room.watch
    page.open(room.address)
    page.wait_text("#questions", "回答39")
    expect(len(page.script(TEXTS, "#questions li")), 30, "answers at first")
    page.click("#questions-more")
    page.wait_text("#questions", "包住，两人一间。")
    numbers = [text.split("回答")[1] for text in page.script(TEXTS, "#questions .answer") if "回答" in text]
    expect(numbers, [str(number) for number in reversed(range(40))], "answers from the newest")
    until(lambda: page.script("return document.querySelector('#questions-more').hidden"), "no more")


def own_question(room):
    """a question of one's own stays on the page, also when it is loaded anew, until it is answered"""
    page = room.watch
    page.type("#question", "夜班有补贴吗？")
    page.click("#ask [type=submit]")
    page.wait_text("#questions li:first-child", "等待主播回答")
    page.open(room.address)
    page.wait_text("#questions li:first-child", "夜班有补贴吗？")
    page.wait_text("#questions li:first-child", "等待主播回答")
    open_ones = room.server.get(f"{room.path}/questions?status=asked&limit=200")["items"]
    room.asked.append(next(item["id"] for item in open_ones if item["text"] == "夜班有补贴吗？"))
    room.answer(-1, "有，每晚二十元。")
    page.wait_text("#questions li:first-child", "有，每晚二十元。")
    expect(sum("夜班" in text for text in page.script(TEXTS, "#questions li")), 1, "times it is listed")


def whole_shelf(room):
    """every card of the shelf is had by “more”"""
    page = room.watch
    while not page.script("return document.querySelector('#shelf-more').hidden"):
        count = len(page.script(TEXTS, "#shelf > li"))
        page.click("#shelf-more")
        until(lambda: len(page.script(TEXTS, "#shelf > li")) > count, "more cards")
    expect(len(page.script(TEXTS, "#shelf > li")), room.cards, "cards")


def inbox(room):
    """the host sees the open questions in the order of asking, the answered ones newest first, and more of both"""
    page = room.studio
    page.sign_in(f"{room.server.address}/studio?session={room.session}", room.server.token("host"))
    page.wait_text("#questions", "第40个问题")
    page.wait_text("#questions-sum", "50+ 个待回答")
    page.wait_text("#answered li:first-child", "有，每晚二十元。")
    page.click("#questions-more")
    page.wait_text("#questions-sum", "100+ 个待回答")
    asked = [int(text.split("第")[1].split("个")[0]) for text in page.script(TEXTS, "#questions .question")]
    expect(asked, list(range(40, 140)), "open questions")
    page.click("#answered-more")
    page.wait_text("#answered", "回答1")


def sessions(room):
    """a host's own sessions come in a sensible order: what is on, what comes soonest, what was last"""
    for title, start in [("第三场", 9), ("第四场", 30), ("第二场", 5)]:
        schedule(room.server, title, start)
    page = room.studio
    page.open(f"{room.server.address}/studio")
    page.wait_text("#sessions", "第三场")
    expect([title[-3:] for title in page.script(TEXTS, "#sessions h3")], ["州专场", "架专场", "第二场", "第三场", "第四场"], "sessions")


SCENES = [late_answer, older_answers, own_question, whole_shelf, inbox, sessions]
