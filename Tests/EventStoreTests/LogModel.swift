import EventSourcing
import EventStore
import FoundationEssentials
import TestSupport

/// What the log promises of appends, as a pure value: the log is right when it answers as this does.
struct LogModel {
    struct Line: Hashable {
        let position: LogPosition
        let stream: StreamName
        let version: Int
        let data: [UInt8]
    }

    private(set) var lines: [Line] = []
    private var answers: [UUID: (fingerprint: Int64, range: LogRange)] = [:]
    private var positions: [StreamName: [LogPosition]] = [:]
    /// Where the log stood when the model began.
    private let start: LogPosition

    init(after start: LogPosition = .start) {
        self.start = start
    }

    var head: LogPosition { start.advanced(by: lines.count) }

    func version(of stream: StreamName, at position: LogPosition? = nil) -> Int {
        positions[stream, default: []].count { $0 <= position ?? head }
    }

    /// What was answered to the key of `append`, if it was used.
    func answer(to key: AppendKey) -> AppendOutcome? {
        answers[key.id].map { $0.fingerprint == key.fingerprint ? .repeated($0.range) : .keyReused }
    }

    /// What may be answered; more than one thing only where several streams have moved.
    mutating func append(_ append: Append) -> Set<AppendOutcome> {
        if let answer = answer(to: append.key) { return [answer] }
        let moved = append.expected.filter { version(of: $0.key) != $0.value }.keys
        guard moved.isEmpty else { return Set(moved.map(AppendOutcome.conflict)) }
        let range = LogRange(first: head.advanced(by: 1), count: append.events.count)
        answers[append.key.id] = (append.key.fingerprint, range)
        for event in append.events {
            positions[event.stream, default: []].append(head.advanced(by: 1))
            lines.append(
                Line(position: head.advanced(by: 1), stream: event.stream, version: positions[event.stream]!.count, data: event.data)
            )
        }
        return [.appended(range)]
    }
}

extension LogModel.Line {
    init(_ event: RecordedEvent) {
        self.init(position: event.position, stream: event.stream, version: event.version, data: event.data)
    }
}

/// Thinks up appends over so few streams that they meet, and sends some a second time.
struct Scribe {
    var random: Seed
    let streams: [StreamName]
    private var sent: [Append] = []

    init(_ random: Seed, streams: [StreamName]) {
        self.random = random
        self.streams = streams
    }

    /// - Parameter versions: as the scribe believes them to be; now and then it errs.
    mutating func next(_ versions: (StreamName) -> Int) -> Append {
        let append = !sent.isEmpty && random.once(in: 5) ? again() : fresh(versions)
        sent.append(append)
        return append
    }

    private mutating func again() -> Append {
        let first = sent.randomElement(using: &random)!
        let key = random.once(in: 3) ? AppendKey(id: first.key.id, fingerprint: first.key.fingerprint + 1) : first.key
        return Append(first.events, expected: first.expected, key: key, origin: first.origin)
    }

    private mutating func fresh(_ versions: (StreamName) -> Int) -> Append {
        let touched = streams.shuffled(using: &random).prefix(Int.random(in: 1...streams.count, using: &random))
        let written = touched.prefix(Int.random(in: 1...touched.count, using: &random))
        let extra = (0..<Int.random(in: 0...3, using: &random)).map { _ in written.randomElement(using: &random)! }
        let events = (written + extra).shuffled(using: &random).map { stream in
            NewEvent.noted(stream.description, Int.random(in: 0..<1_000_000, using: &random))
        }
        var expected: [StreamName: Int] = [:]
        for stream in touched {
            let mistake = random.once(in: 12) ? [-1, 1, 2].randomElement(using: &random)! : 0
            expected[stream] = max(versions(stream) + mistake, 0)
        }
        return Append(events, expected: expected, key: AppendKey(id: random.uuid(), fingerprint: 0), origin: .recruiter)
    }
}
