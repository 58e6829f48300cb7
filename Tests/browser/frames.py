"""What the pages and the server say to each other, as DevTools saw it, held against the server's own asyncapi.yaml."""

import base64
import collections
import json
import urllib.request

import jsonschema
import yaml
from webdriver import Failure


class Contract:
    """The frames that asyncapi.yaml describes, by who sends them over which channel."""

    def __init__(self, server):
        with urllib.request.urlopen(server.address + "/asyncapi.yaml", timeout=30) as response:
            self.document = yaml.safe_load(response)

    def names(self, action, channel):
        """The messages that the server (action `send`) or the client (`receive`) sends over a channel."""
        operations = [one for one in self.document["operations"].values() if one["action"] == action]
        references = [one["messages"] for one in operations if one["channel"]["$ref"] == f"#/channels/{channel}"]
        return {reference["$ref"].split("/")[-1] for messages in references for reference in messages}

    def one_of(self, action, channel):
        return self.schema(*(self.document["components"]["messages"][name]["payload"] for name in self.names(action, channel)))

    def schema(self, *alternatives):
        """AsyncAPI's schemas are those of JSON Schema draft 7 (AsyncAPI 3.0.0, "Schema Object")."""
        return jsonschema.Draft7Validator({"oneOf": alternatives, "components": self.document["components"]})


class Frames:
    """Counts the frames of some browsers by the way they took and their `t`, and keeps what is wrong with those that don't fit."""

    def __init__(self, contract, *browsers):
        self.browsers = browsers
        self.schemas = {
            "WebSocket": contract.one_of("send", "live"),
            "events": contract.one_of("send", "events"),
            "state": contract.schema({"$ref": "#/components/schemas/Snapshot"}),
            "page": contract.one_of("receive", "live"),
        }
        self.seen = {way: collections.Counter() for way in self.schemas}
        self.faults = []
        self.streams = {}  # what of a stream is no whole event yet, by request
        self.states = set()  # requests whose answer isn't whole yet

    def gather(self):
        """Takes in what passed since the last call. A stream that has ended by then isn't seen: who cares for one gathers while it lasts."""
        for browser in self.browsers:
            for method, event in browser.network():
                match method:
                    case "Network.webSocketFrameReceived":
                        self.check("WebSocket", event["response"]["payloadData"])
                    case "Network.webSocketFrameSent":
                        self.check("page", event["response"]["payloadData"])
                    case "Network.responseReceived":
                        self.begin(browser, event["requestId"], event["response"])
                    case "Network.dataReceived" if "data" in event:
                        self.read(event["requestId"], event["data"])
                    case "Network.loadingFinished" if event["requestId"] in self.states:
                        self.states.remove(event["requestId"])
                        self.check("state", browser.devtools("Network.getResponseBody", requestId=event["requestId"])["body"])

    def begin(self, browser, request, response):
        if response["status"] != 200:
            return
        if response["url"].endswith("/state"):
            self.states.add(request)
        elif response["url"].endswith("/events"):
            self.streams[request] = b""
            try:
                self.read(request, browser.devtools("Network.streamResourceContent", requestId=request)["bufferedData"])
            except Failure:
                del self.streams[request]

    def read(self, request, data):
        *events, self.streams[request] = (self.streams[request] + base64.b64decode(data)).split(b"\n\n")
        for event in events:
            for line in event.decode().split("\n"):
                if line.startswith("data: "):
                    self.check("events", line.removeprefix("data: "))

    def check(self, way, text):
        try:
            frame = json.loads(text)
            self.schemas[way].validate(frame)
            self.seen[way][frame["t"]] += 1
        except json.JSONDecodeError as error:
            self.faults.append(f"{way}: {error}: {text}")
        except jsonschema.ValidationError as error:
            self.faults.append(f"{way}: {reasons(error)}: {text}")

    def counts(self, way):
        return ", ".join(f"{count} {kind}" for kind, count in sorted(self.seen[way].items()))


def reasons(error):
    """Why a frame doesn't fit the message that its `t` names."""
    others = {one.schema_path[0] for one in error.context if list(one.path) == ["t"]}
    return "; ".join(one.message for one in error.context if one.schema_path[0] not in others) or "no such frame"
