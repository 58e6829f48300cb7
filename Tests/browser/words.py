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
        if file.suffix not in (".js", ".html"):
            continue
        text = file.read_text()
        if file.stem.endswith("words"):
            known |= {key: json.loads(f"[{both}]") for key, both in re.findall(ENTRY, text)}
            if len(re.findall(ENTRY, text)) != len(re.findall(r'^  "', text, re.M)):
                known[f"an entry of another form in {file.name}"] = [""]
        else:
            named |= {key: file.name for pattern in NAMED for key in re.findall(pattern, text)}
    return known, named


def run(driver, report):
    known, named = spoken()
    silent = sorted(key for key, both in known.items() if not all(words.strip() for words in both))
    report(f"every word of the pages is there in both languages: {len(known)}", f"nothing is said by {silent}" if silent else None)
    unknown = sorted(f"{key} ({file})" for key, file in named.items() if key not in known)
    report(f"every word that a page names is there: {len(named)}", f"there are no words for {unknown}" if unknown else None)
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
        report(f"each {what} has words in both languages: {len(found)}", f"problems.js lacks {missing}" if missing else None)
