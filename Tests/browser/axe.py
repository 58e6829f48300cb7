"""What keeps people from using a page, as axe-core sees it (https://github.com/dequelabs/axe-core, MPL 2.0).

The script comes with the package axe-playwright-python, which is installed at first use into a folder of its own, without what it asks for:
nothing but the script is used."""

import functools
import subprocess

from jobcast import ROOT
FOLDER = ROOT / ".build/axe"
PACKAGE = "axe-playwright-python==0.1.8"

RUN = """
    const done = arguments[0];
    axe.run(document, { resultTypes: ['violations'] }).then(
      ({ violations }) => done(violations
        .filter(({ impact }) => ['serious', 'critical'].includes(impact))
        .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, any }) => `${target} ${any[0]?.message ?? ''}`).join(' | ')}`)),
      (error) => done([String(error)]),
    );
"""


@functools.cache
def source():
    """The script, installed if it is not there."""
    if not (found := sorted(FOLDER.rglob("axe.min.js"))):
        for command in (["python3", "-m", "venv", "--clear", FOLDER], [FOLDER / "bin/pip", "install", "-q", "--disable-pip-version-check", "--no-deps", PACKAGE]):
            subprocess.run(command, check=True)
        found = sorted(FOLDER.rglob("axe.min.js"))
    return found[0].read_text()


def faults(browser):
    """What is serious or critical about the page as it stands."""
    # What is still rising or fading has other colours for a moment.
    browser.script("document.getAnimations().forEach((one) => one.effect.getComputedTiming().endTime < Infinity && one.finish())")
    browser.script(source() + "; return null")
    return browser.call("POST", "/execute/async", {"script": RUN, "args": []})
