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
        #expect(Set(EventExamples.all.map(\.type)).count == 80)
    }

    private static func file(_ path: String) throws -> String {
        let root = (0..<3).reduce(URL(filePath: #filePath)) { folder, _ in folder.deletingLastPathComponent() }
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test func `every event has a row in docs/events.md, and the pages have words for it in both languages`() throws {
        let types = Set(EventExamples.all.map(\.type))
        let rows = try Self.file("docs/events.md").matches(of: /\n\| ([A-Z]\w+) \|/).map { String($0.1) }
        #expect(rows.sorted() == types.sorted())
        let words = try Self.file("Sources/Pages/Static/shared/words.js")
        let named = words.matches(of: /"event\.(\w+)": \["[^"]+", "[^"]+"\]/).map { String($0.1) }
        #expect(named.sorted() == types.sorted())
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

    /// Moments, dates, texts and numbers at and beyond every limit, as JSON.
    static let edges = [
        #""1970-01-01T00:00:00+08:00""#, #""2000-01-01T00:00:00+00:01""#, #""2000-01-01T00:00:00Z""#, #""2199-12-31T23:59:59.999999999Z""#,
        #""2199-12-31T23:59:59-23:59""#, #""9999-12-31T23:59:59-23:59""#, #""0001-01-01T00:00:00Z""#, #""1999-12-31""#, #""2000-01-01""#,
        #""2199-12-31""#, #""9999-12-31""#, #""""#, #"" x ""#, #""\u0000""#, #""\u200b""#, #""a\u200d\u200d""#, #""\u202ea""#,
        #""\ud83d\udc69""#,
        "0", "-1", "1", "3.0", "1e18", "1e400", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "null", "true", "[]",
        "{}",
    ]

    /// The event's JSON once for each value in it, with `edge` in that value's place.
    private func variants(_ json: String, _ edge: String) -> [String] {
        json.matches(of: /[:,\[]("(?:[^"\\]|\\.)*"|-?[0-9.]+|true|false)(?=[,\]}])/).map { match in
            json[..<match.output.1.startIndex] + edge + json[match.output.1.endIndex...]
        }
    }

    /// So that no event is ever written that nobody can read.
    @Test func `whatever an event is made of, what can be read can be written and read again`() {
        var read = 0
        for example in EventExamples.all + EventExamples.sparse {
            let json = String(decoding: example.encoded(), as: UTF8.self)
            for edge in Self.edges {
                for variant in variants(json, edge) where isReadAgain(example, variant) { read += 1 }
            }
        }
        #expect(read > 1_000)
    }

    /// - Returns: false when the text is no event at all.
    private func isReadAgain<Event: DomainEvent>(_ example: Event, _ json: String) -> Bool {
        guard let event = try? Event(type: example.type, data: Array(json.utf8)) else { return false }
        let again = try? Event(type: event.type, data: event.encoded())
        #expect(again == event, "\(json)")
        return true
    }

    @Test func `unknown fields of a later version are passed over`() throws {
        #expect(try Job.Event(type: "JobFilled", data: Array(#"{"by":"x"}"#.utf8)) == .filled(JobFilled()))
    }

    @Test func `an unknown type is an error of its own`() {
        #expect(throws: UnreadableEvent.unknownType("JobPainted")) {
            try Job.Event(type: "JobPainted", data: Array("{}".utf8))
        }
        #expect(throws: UnreadableEvent.unknownType("")) { try Company.Event(type: "", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Session.Event(type: "x", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Question.Event(type: "x", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Submission.Event(type: "x", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Candidate.Event(type: "x", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Audience.Event(type: "x", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Series.Event(type: "x", data: []) }
        #expect(throws: UnreadableEvent.unknownType("x")) { try Policy.Event(type: "x", data: []) }
    }

    @Test(arguments: ["", "[]", "{}", #"{"openings":"3"}"#, #"{"openings":null}"#])
    func `data that does not fit its type says which type`(data: String) {
        let error = #expect(throws: UnreadableEvent.self) { try Job.Event(type: "JobOpeningsChanged", data: Array(data.utf8)) }
        #expect(error?.description.hasPrefix("malformed JobOpeningsChanged: ") == true)
    }
}
