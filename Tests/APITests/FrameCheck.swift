import JSON
import Pages
import Recruiting
import Testing

@testable import API

/// Holds every frame that the server sends in the test run against asyncapi.yaml.
final class FrameCheck: Sendable {
    static let shared = FrameCheck()

    let document: JSON
    /// The schemas of the frames that the server sends, by their `t`.
    let schemas: [String: JSONSchema]

    private init() {
        let document = try! JSON(parsing: Array(Pages.files["asyncapi.yaml"]!.content.drop { $0 != UInt8(ascii: "{") }))
        let sent = (document["operations"]?.members ?? [:]).values.filter { $0["action"]?.text == "send" }
        let names = sent.flatMap { $0["messages"]?.items ?? [] }.compactMap {
            $0["$ref"]?.text?.split(separator: "/").last.map(String.init)
        }
        let pairs = Set(names).map { name in
            (name, JSONSchema(schema: document["components"]?["messages"]?[name]?["payload"] ?? .null, document: document))
        }
        self.document = document
        schemas = Dictionary(uniqueKeysWithValues: pairs)
    }

    /// What of the frame the file doesn't allow.
    func faults(in frame: JSON) -> [Problem.Fault] {
        guard let schema = frame["t"]?.text.flatMap({ schemas[$0] }) else {
            return [.at("/t", Reason("no-frame", "is no frame that the server sends"))]
        }
        return schema.faults(in: frame)
    }

    /// What does not fit is an issue of the test that runs.
    func check(_ frame: JSON, _ text: [UInt8]) {
        let faults = faults(in: frame)
        #expect(faults.isEmpty, "\(String(decoding: text, as: UTF8.self))")
    }
}

@Suite struct FrameCheckTests {
    private static let card =
        "{\"job\":\"7f9f3c52-0000-4000-8000-000000000000\",\"version\":1,\"company\":\"7f9f3c52-0000-4000-8000-000000000001\","
        + "\"companyName\":\"东莞精工\",\"title\":\"数控技工\",\"occupation\":\"数控技工\",\"pay\":{\"minimum\":6000,\"maximum\":9000,"
        + "\"unit\":\"month\"},\"place\":\"东莞\",\"openings\":5,\"conditions\":\"中专以上\"}"
    private static let counters =
        "\"online\":1,\"entries\":1,\"viewers\":1,\"cards\":0,\"openings\":0,\"submissions\":0,\"questions\":{\"asked\":0,\"answered\":0}"
    private static let greeting =
        "\"v\":1,\"session\":\"7f9f3c52-0000-4000-8000-000000000000\",\"epoch\":\"e\",\"p\":1,\"tick\":1000,\"ping\":25000,"
        + "\"retry\":[500,8000],\"counters\":{\(counters)}"

    /// One of each frame.
    static let frames = [
        "{\"t\":\"hello\",\(greeting),\"mode\":\"resume\"}",
        "{\"t\":\"hello\",\(greeting),\"mode\":\"snapshot\",\"state\":{\"status\":\"live\",\"title\":\"T\",\"segment\":null,"
            + "\"featured\":\(card),\"policy\":null,\"shelf\":{\"jobs\":1,\"openings\":5}}}",
        "{\"t\":\"card\",\"p\":2,\"pp\":1,\"op\":\"featured\",\"card\":\(card)}",
        "{\"t\":\"shelf\",\"p\":2,\"pp\":1,\"jobs\":1,\"openings\":5}",
        "{\"t\":\"segment\",\"p\":2,\"pp\":1,\"kind\":\"policy\"}",
        "{\"t\":\"policy\",\"p\":2,\"pp\":1,\"policy\":{\"policy\":\"7f9f3c52-0000-4000-8000-000000000000\",\"version\":1,\"title\":\"T\","
            + "\"summary\":\"S\"}}",
        "{\"t\":\"status\",\"p\":2,\"pp\":1,\"status\":\"ended\"}",
        "{\"t\":\"answer\",\"p\":2,\"pp\":1,\"question\":\"7f9f3c52-0000-4000-8000-000000000000\"}",
        "{\"t\":\"counters\",\"p\":2,\(counters)}",
        "{\"t\":\"bye\",\"why\":\"drain\",\"retry\":[500,8000]}",
    ]

    @Test(arguments: frames) func `a frame as it should be passes, and with a field more or less it does not`(text: String) throws {
        let frame = try JSON(parsing: Array(text.utf8))
        #expect(FrameCheck.shared.faults(in: frame).isEmpty)
        let members = try #require(frame.members)
        #expect(!FrameCheck.shared.faults(in: .object(members.merging(["surprise": .integer(1)]) { one, _ in one })).isEmpty)
        for name in members.keys where name != "retry" || frame["t"]?.text == "hello" {
            #expect(!FrameCheck.shared.faults(in: .object(members.filter { $0.key != name })).isEmpty, "without \(name)")
        }
    }

    @Test func `a frame by another name, and a resumption with a state, do not pass`() throws {
        for text in ["{\"t\":\"card2\",\"p\":2,\"pp\":1}", "{}", Self.frames[1].replacing("snapshot", with: "resume")] {
            #expect(!FrameCheck.shared.faults(in: try JSON(parsing: Array(text.utf8))).isEmpty)
        }
    }

    @Test func `the file describes every frame, closes every object and refers to nothing that is not there`() throws {
        let document = FrameCheck.shared.document
        #expect(document["asyncapi"]?.text == "3.0.0")
        let frames = try Self.frames.map { try JSON(parsing: Array($0.utf8)) }
        #expect(Set(frames.compactMap { $0["t"]?.text }) == Set(FrameCheck.shared.schemas.keys))
        func visit(_ node: JSON, isSchema: Bool) {
            if node["$ref"] != nil { #expect(JSONSchema(schema: node, document: document).resolved != .null) }
            if isSchema, node["type"]?.text == "object" { #expect(node["additionalProperties"] == .bool(false)) }
            for child in (node.members.map { Array($0.values) } ?? []) + (node.items ?? []) { visit(child, isSchema: isSchema) }
        }
        visit(document, isSchema: false)
        visit(try #require(document["components"]?["schemas"]), isSchema: true)
    }
}
