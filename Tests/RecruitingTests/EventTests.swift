import FoundationEssentials
import Recruiting
import Testing

@Suite struct EventTests {
    /// `events.golden`: the stored form of every example, a line each. An entry is added, never changed: the log holds such events.
    static let golden: [String] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "events.golden")
        let text = try! String(contentsOf: file, encoding: .utf8)
        return text.split(separator: "\n").map(String.init)
    }()

    static func line(_ event: any DomainEvent) -> String {
        "\(event.type) \(String(decoding: event.encoded(), as: UTF8.self))"
    }

    @Test func `the stored form of every event is as it always was`() {
        #expect((EventExamples.all + EventExamples.sparse).map(Self.line) == Self.golden)
    }

    @Test func `every event has an example`() {
        #expect(Set(EventExamples.all.map(\.type)).count == 54)
    }

    @Test(arguments: golden) func `every event is read back as it was`(line: String) throws {
        let example = try #require((EventExamples.all + EventExamples.sparse).first { Self.line($0) == line })
        #expect(try reread(example) == line)
    }

    private func reread<Event: DomainEvent>(_ event: Event) throws -> String {
        let read = try Event(type: event.type, data: event.encoded())
        #expect(read == event)
        return Self.line(read)
    }

    @Test func `unknown fields of a later version are passed over`() throws {
        #expect(try Position.Event(type: "PositionFilled", data: Array(#"{"by":"x"}"#.utf8)) == .filled(PositionFilled()))
    }

    @Test func `an unknown type is an error of its own`() {
        #expect(throws: UnreadableEvent.unknownType("PositionPainted")) {
            try Position.Event(type: "PositionPainted", data: Array("{}".utf8))
        }
        #expect(throws: UnreadableEvent.unknownType("")) { try Company.Event(type: "", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Session.Event(type: "x", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Submission.Event(type: "x", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Candidate.Event(type: "x", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Audience.Event(type: "x", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Series.Event(type: "x", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Policy.Event(type: "x", data: []) }
    }

    @Test(arguments: ["", "[]", "{}", #"{"openings":"3"}"#, #"{"openings":null}"#])
    func `data that does not fit its type says which type`(data: String) {
        let error = #expect(throws: UnreadableEvent.self) { try Position.Event(type: "PositionOpeningsChanged", data: Array(data.utf8)) }
        #expect(error?.description.hasPrefix("malformed PositionOpeningsChanged: ") == true)
    }
}
