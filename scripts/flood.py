"""Asks questions of one live session as fast as it can while its host shows cards, and then ends the session by force.

scripts/bench ask starts it. Prints `name value unit` lines: what the host waited for a card, and what became of the questions.
"""

import argparse
import http.client
import itertools
import json
import multiprocessing
import os
import threading
import time
import uuid
from collections import Counter
from datetime import datetime, timedelta, timezone


class Person:
    """Somebody with a token and a connection of their own, one request at a time."""

    def __init__(self, server, token=None):
        self.connection = http.client.HTTPConnection(server, timeout=60)
        self.token = token

    def ask_for(self, method, path, body=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read() or "{}")

    def must(self, method, path, body=None):
        status, answer = self.ask_for(method, path, body)
        if status >= 300:
            raise SystemExit(f"{method} {path} was answered {status}: {answer}")
        return answer


def go_live(host):
    now = datetime.now(timezone.utc)
    times = {"startsAt": now.isoformat(), "endsAt": (now + timedelta(hours=2)).isoformat()}
    session = host.must("POST", "/v1/sessions", {"title": "提问压测专场", "format": "flexible", **times})["id"]
    jobs = [item["id"] for item in host.must("GET", "/v1/jobs?status=vetted&limit=20")["items"]]
    if not jobs:
        raise SystemExit("the server has no vetted jobs to show; load some with: jobcast seed")
    host.must("POST", f"/v1/sessions/{session}/shelf", {"jobs": jobs})
    host.must("POST", f"/v1/sessions/{session}/start")
    return session, jobs


def ask(server, tokens, session, counts, over):
    """Asks for one visitor after another until it is over."""
    viewer = Person(server)
    while not over.is_set():
        viewer.token = next(tokens)
        status, answer = viewer.ask_for("POST", f"/v1/sessions/{session}/questions", {"text": "还招人吗？"})
        counts.append(answer.get("type", "").removeprefix("/problems/") or str(status))


def flood(server, tokens, session, in_flight, over, result):
    """A crowd in a process of its own, as Python lets one thread of a process run at a time and the host's clock would count that.

    It leaves the cores to the server, since real crowds bring their own.
    """
    os.nice(10)
    counts, tokens = [], itertools.cycle(tokens)
    crowd = [threading.Thread(target=ask, args=(server, tokens, session, counts, over)) for _ in range(in_flight)]
    for viewer in crowd:
        viewer.start()
    for viewer in crowd:
        viewer.join()
    result.put(Counter(counts))


def show_cards(host, session, jobs, seconds):
    """Milliseconds of each card, and how many were refused."""
    times, refused, until = [], 0, time.monotonic() + seconds
    for job in itertools.cycle(jobs):
        if time.monotonic() > until:
            return sorted(times), refused
        began = time.monotonic()
        status, _ = host.ask_for("POST", f"/v1/sessions/{session}/featured", {"job": job, "override": True})
        times.append((time.monotonic() - began) * 1_000)
        refused += status >= 300
        time.sleep(0.05)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True, help="its host and port")
    parser.add_argument("--host", required=True, help="a host's token")
    parser.add_argument("--operator", required=True, help="an operator's token")
    parser.add_argument("--in-flight", type=int, default=50, help="questions on the way at any moment")
    parser.add_argument("--visitors", type=int, default=1, help="of how many visitors they are")
    parser.add_argument("--seconds", type=int, default=20)
    given = parser.parse_args()
    host, operator = Person(given.server, given.host), Person(given.server, given.operator)
    session, jobs = go_live(host)
    visitors = [operator.must("POST", "/v1/visitors")["token"] for _ in range(given.visitors)]
    over, result = multiprocessing.Event(), multiprocessing.Queue()
    crowd = multiprocessing.Process(target=flood, args=(given.server, visitors, session, given.in_flight, over, result), daemon=True)
    crowd.start()
    times, refused = show_cards(host, session, jobs, given.seconds)
    began = time.monotonic()
    tries = 1
    while operator.ask_for("POST", f"/v1/sessions/{session}/end", {"reason": "forced"})[0] >= 300:
        tries += 1
    ended = (time.monotonic() - began) * 1_000
    over.set()
    counts = result.get()
    crowd.join()
    print(f"host-cards {len(times)} cards")
    print(f"host-refused {refused} cards")
    for name, part in [("p50", 0.5), ("p99", 0.99), ("max", 1)]:
        print(f"host-answer-{name} {times[min(int(len(times) * part), len(times) - 1)]:.1f} ms")
    print(f"forced-end {ended:.1f} ms")
    print(f"forced-end-tries {tries} requests")
    for kind, count in sorted(counts.items()):
        print(f"questions-{kind} {count / given.seconds:.0f} per-second")


if __name__ == "__main__":
    main()
