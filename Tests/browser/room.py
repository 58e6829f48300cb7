"""A full session in the browser: many cards and questions, on a small phone and in the studio; and what people do there."""

import uuid

import forms
import lists
import links
import phone
from jobcast import Server, posting, schedule, story
from webdriver import Failure


def run(driver, report):
    with Server() as server, driver.browser(1280, 800) as studio, driver.browser(360, 800) as watch:
        room = Room(server, studio, watch)
        for scene in links.SCENES + lists.SCENES + phone.SCENES + forms.SCENES:
            try:
                scene(room)
                report(scene.__doc__)
            except (Failure, KeyError, TypeError, IndexError) as failure:
                report(scene.__doc__, f"{type(failure).__name__}: {failure}")
                room.picture(f"failed-{scene.__name__}")
        complaints = [line for line in studio.console() + watch.console() if "Failed to load resource" not in line and "/live" not in line]
        report("no page of the full session complained in its console", "\n".join(complaints) or None)


class Room:
    """A live session with 130 cards and more questions than the server gives in one page."""

    cards, questions = 130, 205

    def __init__(self, server, studio, watch):
        self.server, self.studio, self.watch = server, studio, watch
        self.session, jobs = story(server)
        self.jobs = list(jobs.values())
        self.address = f"{server.address}/watch?session={self.session}"
        self.path = f"/v1/sessions/{self.session}"
        company = server.get(f"/v1/jobs/{next(iter(jobs.values()))}")["company"]
        more = [
            server.post("/v1/jobs", "host", posting(company, f"装配工{n}号线", "普工", 5000, 6000 + n, "month", "东莞市厚街镇溪头路九号", 2))["id"]
            for n in range(self.cards - len(jobs))
        ]
        server.post("/v1/vettings", "reviewer", {"jobs": more, "decision": "approve"})
        server.post(f"{self.path}/shelf", "host", {"jobs": more})
        server.post(f"{self.path}/start", "host")
        self.other = schedule(server, "空货架专场", 3)
        self.asked = [self.ask(f"第{n}个问题：包住吗？") for n in range(self.questions)]

    def ask(self, text):
        """Asks as somebody else each time."""
        return self.server.request("POST", f"{self.path}/questions", "viewer", {"text": text}, subject=str(uuid.uuid4()))["id"]

    def feature(self, index):
        """Puts the card of the story's job with this number on air, knowingly early."""
        self.server.post(f"{self.path}/featured", "host", {"job": self.jobs[index], "override": True})

    def unfeature(self):
        self.server.request("DELETE", f"{self.path}/featured?override=true", "host")

    def answer(self, number, text):
        self.server.post(f"{self.path}/questions/{self.asked[number]}/answer", "host", {"mode": "text", "text": text})

    def picture(self, name):
        self.watch.keep(f"{name}-watch")
        self.studio.keep(f"{name}-studio")
