#!/usr/bin/python3
"""Checks the documents: every relative link and its heading exists, no line is wider than 100 columns, every `make` target
and script they name exists, the YAML files parse and refer only to what is there, each file of routes has a file of the
contract, the table of modules is that of Package.swift, and the tree of folders that of Sources. Prints one line per finding;
exits 1 if there is any."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata

import yaml

root = pathlib.Path(__file__).resolve().parent.parent
listed = subprocess.run(
    ["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard"], check=True, capture_output=True, text=True
).stdout.split("\n")
files = [root / name for name in listed if name and (root / name).is_file()]
findings = []


def anchors(document):
    """The heading anchors of a Markdown document as GitHub makes them."""
    found = set()
    for heading in re.findall(r"^#+ +(.+?) *$", document.read_text("utf-8"), re.M):
        text = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", text).replace(" ", "-"))
    return found


def check_markdown(document):
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (document.parent / path).resolve() if path else document
        if not place.exists():
            findings.append(f"{document.relative_to(root)}: link to {target}, which does not exist")
        elif anchor and place.suffix == ".md" and anchor not in anchors(place):
            findings.append(f"{document.relative_to(root)}: link to {target}, which has no such heading")


def check_width(document):
    """No line is wider than 100 columns, a Chinese character being two, but tables, code, headings and images."""
    is_code = False
    for number, line in enumerate(document.read_text("utf-8").split("\n"), 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        width = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line)
        if width > 100 and not is_code and not line.startswith(("|", "#", "!", "    ")):
            findings.append(f"{document.relative_to(root)}: line {number} is {width} columns wide; wrap it at 100")


def check_commands(document, targets):
    text = document.read_text("utf-8")
    for name in re.findall(r"(?:^|`)make ([a-z][a-z-]*)", text, re.M):
        if name not in targets:
            findings.append(f"{document.relative_to(root)}: `make {name}`, which the Makefile does not have")
    for name in re.findall(r"(?:^|[`\s])(scripts/[\w./-]+\w)", text):
        if not (root / name).exists():
            findings.append(f"{document.relative_to(root)}: {name}, which does not exist")


def check_compose(document):
    """What `docker compose config` would refuse: services, volumes and secrets that are used but not defined."""
    compose = yaml.safe_load(document.read_text("utf-8"))
    services = compose["services"]
    for name, service in services.items():
        for needed in service.get("depends_on", {}):
            if needed not in services:
                findings.append(f"{document.name}: {name} depends on {needed}, which is no service")
            elif service["depends_on"][needed].get("condition") == "service_healthy" and "healthcheck" not in services[needed]:
                findings.append(f"{document.name}: {name} waits for the health of {needed}, which has no health check")
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if not source.startswith((".", "/")) and source not in compose.get("volumes", {}):
                findings.append(f"{document.name}: volume {source} of {name} is not defined")
        for secret in service.get("secrets", []):
            if secret not in compose.get("secrets", {}):
                findings.append(f"{document.name}: secret {secret} of {name} is not defined")


def check_dockerfile(document):
    stages = set()
    for line in document.read_text("utf-8").replace("\\\n", " ").split("\n"):
        words = line.split()
        if words[:1] == ["FROM"]:
            stages.add(words[words.index("AS") + 1] if "AS" in words else str(len(stages)))
        elif words[:1] == ["COPY"]:
            options = [word for word in words if word.startswith("--from=")]
            if options and options[0][len("--from=") :] not in stages:
                findings.append(f"{document.name}: {options[0]}, which is no stage")
            for source in [] if options else [word for word in words[1:-1] if not word.startswith("--")]:
                if not list(root.glob(source.rstrip("/"))):
                    findings.append(f"{document.name}: COPY {source}, which does not exist")


def check_settings():
    """Every setting that the program reads stands in docs/configuration.md, and no other."""
    sources = "".join(file.read_text("utf-8") for file in (root / "Sources/jobcast").glob("*.swift"))
    known = set(re.findall(r'"(JOBCAST_[A-Z_]+|DATABASE_URL)"', sources)) - {"JOBCAST_"}
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", (root / "docs/configuration.md").read_text("utf-8"), re.M))
    for name in sorted(known ^ documented):
        findings.append(f"docs/configuration.md: {name} is {'missing' if name in known else 'no setting of the program'}")


def check_contract():
    """Each file of routes has its paths in the file of the contract that has its name."""
    contract = {file.stem: file for file in (root / "Sources/API/Contract/openapi").glob("*Routes.yaml")}
    routes = {file.stem: file for file in (root / "Sources/API/Routes").glob("*Routes.swift")}
    for name in sorted(contract.keys() ^ routes.keys()):
        findings.append(f"Sources/API: {name} is {'no file of the contract' if name in routes else 'no file of routes'}")
    for name in sorted(contract.keys() & routes.keys()):
        text = routes[name].read_text("utf-8")
        for path in json.loads(contract[name].read_text("utf-8"))["paths"]:
            if f'"{path}"' not in text:
                findings.append(f"{contract[name].relative_to(root)}: {path}, which {name}.swift does not answer")


def package_targets():
    """The targets of Package.swift as SwiftPM reads them."""
    with tempfile.TemporaryDirectory() as scratch:  # in .build it would wait for a build that is under way
        command = ["swift", "package", "--package-path", root, "--scratch-path", scratch, "dump-package"]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)["targets"]


def check_modules():
    """The table of docs/architecture.md has every target that isn't a test, with what it imports of ours, and no other."""
    targets = package_targets()
    # What depends on a program runs it, and imports nothing.
    modules = {target["name"] for target in targets if target["type"] in ("regular", "system")}
    declared = {
        target["name"]: {each["byName"][0] for each in target["dependencies"] if "byName" in each} & modules
        for target in targets
        if target["type"] != "test"
    }
    table = (root / "docs/architecture.md").read_text("utf-8").partition("\n## Modules\n")[2].partition("\n## ")[0]
    told = {}
    for names, imports in re.findall(r"^\| (`[^|]+`) \|[^|]*\| ([^|]+) \|$", table, re.M):
        for name in re.findall(r"`([^`]+)`", names):
            told[name] = set(re.findall(r"\w[\w-]*", imports))
    for name in sorted(declared.keys() - told.keys()):
        findings.append(f"docs/architecture.md: the module {name} is missing in the table")
    for name in sorted(told.keys() - declared.keys()):
        findings.append(f"docs/architecture.md: {name} is no target of Package.swift, or a test")
    for name in sorted(declared.keys() & told.keys()):
        if declared[name] != told[name]:
            imports = ", ".join(sorted(declared[name])) or "nothing of ours"
            findings.append(f"docs/architecture.md: by Package.swift {name} imports {imports}")


def check_tree():
    """The tree of folders in docs/architecture.md is that of Sources; a line may name several folders of one kind."""
    text = (root / "docs/architecture.md").read_text("utf-8").partition("\n    Sources/\n")[2].partition("\n\n")[0]
    told, above = set(), []
    for line in text.split("\n"):
        indent, names = re.match(r"( +)((?:\w+/ ?)+)", line).groups()
        depth = (len(indent) - 6) // 2
        folders = ["/".join([*above[:depth], name.rstrip("/")]) for name in names.split()]
        above[depth:] = [folders[-1].rpartition("/")[2]]
        told.update(folders)
    sources = root / "Sources"
    there = {str(parent.relative_to(sources)) for file in files for parent in file.parents if sources in parent.parents}
    for name in sorted(told ^ there):
        findings.append(f"docs/architecture.md: the folder Sources/{name} {'does not exist' if name in told else 'is missing in the tree'}")


targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text("utf-8"), re.M))
for file in files:
    if file.suffix == ".md":
        check_markdown(file)
        check_width(file)
        check_commands(file, targets)
    elif file.name.startswith("docker-compose"):
        check_compose(file)
    elif file.name == "Dockerfile":
        check_dockerfile(file)
    elif file.suffix in (".yml", ".yaml"):
        list(yaml.safe_load_all(file.read_text("utf-8")))

check_settings()
check_contract()
check_modules()
check_tree()
print(*findings, sep="\n", end="\n" if findings else "", file=sys.stderr)
sys.exit(1 if findings else 0)
