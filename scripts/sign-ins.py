"""Tries to sign in a given number of times a second, each time as somebody else from another address, until its standard input ends.

scripts/bench sign-in starts it; the server must trust 127.0.0.1 as a proxy. Prints `name value unit` lines: what became of the attempts.
"""

import argparse
import http.client
import itertools
import json
import os
import sys
import threading
import time
from collections import Counter


def attempt(server, number):
    connection = http.client.HTTPConnection(server, timeout=60)
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    headers = {
        "Content-Type": "application/json",
        "X-Forwarded-For": address,
        "Idempotency-Key": f"attempt-{os.getpid()}-{number}",
    }
    body = json.dumps({"account": f"nobody-{number}", "password": "not the right one"})
    try:
        connection.request("POST", "/v1/sign-ins", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def attempts(server, numbers, pause, over, counts):
    due = time.monotonic()
    while not over.is_set():
        try:
            counts[attempt(server, next(numbers))] += 1
        except (OSError, http.client.HTTPException) as error:
            counts[type(error).__name__] += 1
        due = max(due + pause, time.monotonic() - 1)
        over.wait(max(0, due - time.monotonic()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True, help="host and port")
    parser.add_argument("--rate", type=float, default=50, help="attempts a second")
    options = parser.parse_args()
    # Python's work is not what is measured.
    os.nice(10)
    (over, counts, numbers) = (threading.Event(), Counter(), itertools.count())
    # Who waits for a password to be compared waits for seconds; the others must not wait for them.
    people = int(options.rate) * 2
    threads = [
        threading.Thread(target=attempts, args=(options.server, numbers, people / options.rate, over, counts)) for _ in range(people)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    sys.stdin.read()
    lasted = time.monotonic() - began
    over.set()
    for thread in threads:
        thread.join()
    print(f"sign-ins.tried {sum(counts.values()) / lasted:.1f} a second")
    for outcome, count in sorted(counts.items(), key=str):
        print(f"sign-ins.{outcome} {count} answers")


main()
