"""Reads QR codes from a page as it stands on the screen.

By the package zxing-cpp (https://github.com/zxing-cpp/zxing-cpp, Apache 2.0), installed with Pillow at first use into a folder of its own."""

import subprocess
import tempfile

from jobcast import ROOT

FOLDER = ROOT / ".build/qr"
PACKAGES = ["zxing-cpp==3.1.1", "pillow==13.0.0"]
READ = "import sys, zxingcpp, PIL.Image; print(*[code.text for code in zxingcpp.read_barcodes(PIL.Image.open(sys.argv[1]))], sep='\\n')"


def python():
    """The Python that has both, made if it is not there."""
    if not any(FOLDER.rglob("zxingcpp")):
        for command in (["python3", "-m", "venv", "--clear", FOLDER], [FOLDER / "bin/pip", "install", "-q", "--disable-pip-version-check", *PACKAGES]):
            subprocess.run(command, check=True)
    return FOLDER / "bin/python"


def read(browser):
    """The texts of the codes that can be seen in the window."""
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        browser.screenshot(file.name)
        return subprocess.run([python(), "-c", READ, file.name], check=True, capture_output=True, text=True).stdout.split()
