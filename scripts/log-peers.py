#!/usr/bin/env python3
"""Runs the programs `events-*.py` in a folder, each of which measures another event store on this machine, and prints their rates
as LogBench prints Jobcast's: `peer.umadb.append_1.c8 5130 events/s` is UmaDB with one event a call from eight threads at once.

scripts/log-peers.py FOLDER [--quick] [--only PREFIX]…      the options are LogBench's; the rest of a program's lines are left out
"""

import argparse
import pathlib
import re
import subprocess
import sys

FULL = ["--runs", "3", "--seconds", "5", "--events", "1000000"]
QUICK = ["--runs", "3", "--seconds", "1", "--events", "100000"]


def renamed(name):
    """The name as LogBench would give it; theirs are like `umadb.append.1.t8`, and a rebuild is a projection."""
    name = re.sub(r"\.(append\w*)\.(\w+)\.t(\d+)$", r".\1_\2.c\3", name)
    return "peer." + re.sub(r"\.projection$", ".rebuild", name)


def figure(line):
    """The figure of a line that has the median of a rate, else None."""
    words = line.split()
    if len(words) != 3 or words[2] != "events/s" or words[0].endswith((".min", ".max")):
        return None
    return renamed(words[0]), words[1]


def measure(program, options, wants):
    process = subprocess.Popen([sys.executable, "-u", program, *options], stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        found = figure(line)
        if found and wants(found[0]):
            print(*found, "events/s", flush=True)
    return process.wait() == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", default=[], metavar="PREFIX")
    given = parser.parse_args()

    def wants(name):
        return not given.only or any(name.startswith(only) or only.startswith(name) for only in given.only)

    failed = []
    for program in sorted(given.folder.glob("events-*.py")):
        peer = program.stem.removeprefix("events-")
        if wants(f"peer.{peer}") and not measure(program, QUICK if given.quick else FULL, wants):
            failed.append(program.name)
    if failed:
        sys.exit(f"{', '.join(failed)} failed; what it said is above.")


main()
