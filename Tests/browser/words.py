"""What the server says, in the words of the pages: every problem, every fault of a field and every field of a form has some."""

import json
import re

from client import pages_of
from jobcast import ROOT

SOURCES = ROOT / "Sources"


def sources(*modules):
    """The files of those of the modules that there are."""
    return sorted(file for module in modules for file in (SOURCES / module).rglob("*.swift"))


def codes():
    """The codes of problems, as the sources write them."""
    found = set()
    for file in sources("Access", "Commands", "Recruiting"):
        found |= set(re.findall(r'(?:case .*|= *|\?\? *)"([a-z]+(?:-[a-z]+)+)"', file.read_text()))
    found -= faults()
    for file in sources("API", "Access", "Commands", "Live"):
        found |= set(re.findall(r'(?:code: |conflict\(|unavailable\(|unauthorized\(|code == )"([a-z]+(?:-[a-z]+)*)"', file.read_text()))
    return found


def faults():
    """The codes of what can be wrong with a field, as the sources write them."""
    found = set()
    for file in sources("API", "Access", "Commands", "Imports", "Recruiting"):
        found |= set(re.findall(r'(?:\b(?:Reason|Self)|\.unreadable)\(\s*"([a-z0-9]+(?:-[a-z0-9]+)*)", ?\n? *"', file.read_text()))
    return found


def fields():
    """The names of the fields that bodies of requests have."""
    files = [file.read_text() for file in (SOURCES / "API/Contract/openapi").glob("*.yaml")]
    documents = [json.loads(text[text.index("{") :]) for text in files]
    schemas = {name: each for one in documents for name, each in one.get("components", {}).get("schemas", {}).items()}
    paths = {path: each for one in documents for path, each in one.get("paths", {}).items()}

    def resolved(schema):
        while "$ref" in schema:
            schema = schemas[schema["$ref"].removeprefix("#/components/schemas/")]
        return schema

    def names(schema):
        schema = resolved(schema)
        inner = [*schema.get("properties", {}).values(), *schema.get("oneOf", [])]
        inner += [schema[name] for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict)]
        return set(schema.get("properties", {})).union(*map(names, inner))

    operations = [operation for methods in paths.values() for operation in methods.values() if isinstance(operation, dict)]
    contents = [content for one in operations for content in one.get("requestBody", {}).get("content", {}).values()]
    return set().union(*(names(content["schema"]) for content in contents))


#: Where scripts and pages name words by their key: what they say, and what forms and lists are described by.
NAMED = [
    r'\bsay(?:\.known|\.chinese)?\("([^"$]+)"', r'\bworded\("\w+", "([^"]+)"', r'data-say(?:-label|-hint)?="([^"]+)"',
    r'"data-say(?:-label|-hint)?": "([^"]+)"', r'\b(?:words|hint|send|none): "([a-zA-Z.]+)"',
    r'\bgroup: "(\w+\.[\w.]+)"',
]  # fmt: skip


#: A word's key, and what is said in both languages.
ENTRY = r'(?m)^  "([\w.-]+)": \[\s*("(?:[^"\\]|\\.)*",\s*"(?:[^"\\]|\\.)*"),?\s*\],$'


def spoken():
    """The words of the pages by their keys, and the keys that scripts and pages name, each with a file that does."""
    known, named = {}, {}
    for file in sorted((SOURCES / "Pages/Static").rglob("*.*")):
        if file.suffix not in (".js", ".html", ".part"):
            continue
        text = file.read_text()
        if file.stem.endswith("words"):
            known |= {key: json.loads(f"[{both}]") for key, both in re.findall(ENTRY, text)}
            if len(re.findall(ENTRY, text)) != len(re.findall(r'^  "', text, re.M)):
                known[f"an entry of another form in {file.name}"] = [""]
        else:
            named |= {key: file.name for pattern in NAMED for key in re.findall(pattern, text)}
    return known, named


#: What stands before a text of the command line that isn't for people.
SILENT = r'(?:query\(|process\(|contains\(|hasPrefix\(|Array\(|append\(|var name =)\s*$'


def literals(text):
    """The string literals of a Swift source, each with what stands before it, as chinese.json names them: {1}, {2} for what is put in."""
    place = 0
    while found := re.compile(r'//[^\n]*|"""\n(.*?)\n( *)"""|"', re.S).search(text, place):
        place = found.end()
        before = text[max(0, found.start() - 60) : found.start()]
        if found[1] is not None:
            block = re.sub(rf"(?m)^{found[2]}", "", found[1]).replace("\\\n", "")
            yield before, pattern(block + '"', 0)[0]
        elif found[0] == '"':
            words, place = pattern(text, place)
            yield before, words


def pattern(text, place):
    """The literal that goes on at `place` up to its quote, and the place behind that."""
    words, values = "", 0
    while text[place] != '"':
        if text.startswith("\\(", place):
            depth, place = 1, place + 2
            while depth:
                if text[place] == '"':
                    place = pattern(text, place + 1)[1]
                    continue
                depth += {"(": 1, ")": -1}.get(text[place], 0)
                place += 1
            values += 1
            words += f"{{{values}}}"
        elif text[place] == "\\":
            words += {"n": "\n"}.get(text[place + 1], text[place + 1])
            place += 2
        else:
            words += text[place]
            place += 1
    return words, place + 1


def sentences():
    """What the command line says, in English, each with its file."""
    said = {}
    for file in sources("jobcast"):
        if file.name == "Simulate+run.swift":  # addresses
            continue
        for before, words in literals(file.read_text()):
            if re.search(r"[a-z]{2}", words) and " " in words.strip() and not re.search(SILENT, before):
                said[words] = file.name
    promises = re.findall(r'\(\s*"([a-z][^"]*)",\s', (SOURCES / "EventStore/LogCheck.swift").read_text())
    return said | dict.fromkeys(promises, "LogCheck.swift")


def run(driver, report):
    chinese = json.loads((SOURCES / "jobcast/chinese.json").read_text())
    said = sentences()
    silent = [f"{words} ({file})" for words, file in sorted(said.items()) if words not in chinese]
    places = lambda words: sorted(re.findall(r"\{\d\}", words))
    uneven = [words for words, other in chinese.items() if places(words) != places(other)]
    report(
        f"every sentence of the command line has Chinese words: {len(said)}",
        f"chinese.json lacks {silent}" if silent else f"what is put in differs in {uneven}" if uneven else None,
    )
    known, named = spoken()
    silent = sorted(key for key, both in known.items() if not all(words.strip() for words in both))
    report(f"every word of the pages is there in both languages: {len(known)}", f"nothing is said by {silent}" if silent else None)
    unknown = sorted(f"{key} ({file})" for key, file in named.items() if key not in known)
    report(f"every word that a page names is there: {len(named)}", f"there are no words for {unknown}" if unknown else None)
    processes = {name for file in sources("Processes") for name in re.findall(r'package let name = "([a-z-]+)"', file.read_text())}
    unnamed = sorted(name for name in processes if f"process.{name}" not in known)
    report(f"every process has a name in both languages: {len(processes)}", f"there are no words for {unnamed}" if unnamed else None)
    with pages_of(driver) as (browser, address):
        browser.open(address + "/client.html")
        known = browser.call(
            "POST",
            "/execute/async",
            {
                "script": """
                    const [codes, faults, fields, done] = arguments;
                    import("/static/shared/problems.js").then(({ inChinese, faultInChinese, fieldName }) => done([
                      codes.filter((code) => !inChinese(code)),
                      faults.filter((fault) => !faultInChinese(fault)),
                      fields.filter((field) => fieldName(field)?.length !== 2),
                    ]), (error) => done(String(error)));
                """,
                "args": [sorted(codes()), sorted(faults()), sorted(fields())],
            },
        )
    for what, found, missing in zip(["problem", "fault of a field", "field of a form"], [codes(), faults(), fields()], known):
        report(f"each {what} has words in both languages: {len(found)}", f"chinese.js lacks {missing}" if missing else None)
