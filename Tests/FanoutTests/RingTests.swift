import Fanout
import Testing
import WebSocket

/// What a seat is due, written out as the texts of its frames.
private func texts(_ ring: Ring, _ index: Int) -> [String]? {
    guard case .bundle(let after, let counters) = ring.due(index) else { return nil }
    var bytes: [UInt8] = []
    _ = ring.write(after: after, counters: counters, to: &bytes)
    return decode(bytes)
}

private func decode(_ bytes: [UInt8]) -> [String] {
    var parser = FrameParser(from: .server, limits: .init(message: 1 << 20, fragments: 1))
    var offset = 0
    var texts: [String] = []
    while let incoming = try? parser.next(in: bytes.span, from: &offset) { texts.append(incoming.string ?? "?") }
    return texts
}

@Suite struct `A ring's seats` {
    private func ring(frames: Int = 4, bytes: Int = 1 << 20, bundle: Int = 1 << 20) -> Ring {
        var limits = Limits()
        limits.ringFrames = frames
        limits.ringBytes = bytes
        limits.bundleBytes = bundle
        return Ring(head: 10, limits: limits)
    }

    @Test func `a new seat is due nothing`() {
        var ring = ring()
        let seat = ring.seat(at: 10)
        #expect(ring.due(seat) == .nothing)
    }

    @Test func `a seat is due the frames after it, then the newest counters only`() {
        var ring = ring()
        let seat = ring.seat(at: 10)
        ring.append(frame(11, after: 10))
        ring.setCounters(counters("1"))
        ring.append(frame(14, after: 11))
        ring.setCounters(counters("2"))
        #expect(texts(ring, seat) == ["card 11 10 ", "card 14 11 ", "counters 2"])
    }

    @Test func `what was sent is not due again`() {
        var ring = ring()
        let seat = ring.seat(at: 10)
        ring.append(frame(11, after: 10))
        ring.setCounters(counters("1"))
        ring.sent(seat, through: 11, countersToo: true)
        #expect(ring.due(seat) == .nothing)
        ring.append(frame(12, after: 11))
        #expect(texts(ring, seat) == ["card 12 11 "])
    }

    @Test func `a repeated frame changes nothing`() {
        var ring = ring()
        let changes = [ring.append(frame(11, after: 10)), ring.append(frame(11, after: 10))]
        #expect(changes == [true, false])
        #expect(ring.head == 11)
    }

    @Test func `counters are due again when repeated, and never before there are any`() {
        var ring = ring()
        let seat = ring.seat(at: 10)
        ring.repeatCounters()
        #expect(ring.due(seat) == .nothing)
        ring.setCounters(counters("1"))
        ring.sent(seat, through: 10, countersToo: true)
        ring.repeatCounters()
        #expect(texts(ring, seat) == ["counters 1"])
    }

    @Test func `a seat whose frames left the ring is due a snapshot`() {
        var ring = ring(frames: 2)
        let seat = ring.seat(at: 10)
        for position in 11...12 as ClosedRange<Int64> { ring.append(frame(position, after: position - 1)) }
        #expect(texts(ring, seat) == ["card 11 10 ", "card 12 11 "])
        ring.append(frame(13, after: 12))
        #expect(ring.due(seat) == .snapshot)
        #expect(ring.floor == 11)
    }

    @Test func `the ring is bounded in bytes but always holds the newest frame`() {
        var ring = ring(bytes: 100)
        let seat = ring.seat(at: 10)
        ring.append(frame(11, after: 10, padding: 300))
        #expect(texts(ring, seat)?.count == 1)
        ring.append(frame(12, after: 11, padding: 300))
        #expect(ring.floor == 11)
        #expect(ring.due(seat) == .snapshot)
    }

    @Test func `a frame whose predecessor never came puts everyone before it on a snapshot`() {
        var ring = ring()
        let seat = ring.seat(at: 10)
        ring.append(frame(11, after: 10))
        ring.append(frame(20, after: 15))
        #expect(ring.due(seat) == .snapshot)
        #expect(ring.attachment(after: 15) == .resume(after: 15))
        #expect(ring.attachment(after: 14) == .history(after: 14))
    }

    @Test func `a ring opened past its last frame takes a frame that follows that one`() {
        var ring = ring()
        let seat = ring.seat(at: 10)
        ring.append(frame(12, after: 7))
        #expect(texts(ring, seat) == ["card 12 7 "])
    }

    @Test func `who comes from a node that was ahead gets no frame twice`() {
        var ring = ring()
        #expect(ring.attachment(after: 12) == .resume(after: 12))
        let seat = ring.seat(at: 12)
        for position in 11...13 as ClosedRange<Int64> {
            ring.append(frame(position, after: position - 1))
            if position < 13 { #expect(ring.due(seat) == .nothing) }
        }
        #expect(texts(ring, seat) == ["card 13 12 "])
    }

    @Test func `a bundle stops at its limit and leaves the counters for last`() {
        var ring = ring(bundle: 40)
        ring.append(frame(11, after: 10, padding: 20))
        ring.append(frame(12, after: 11, padding: 20))
        ring.setCounters(counters("1"))
        var bytes: [UInt8] = []
        let first = ring.write(after: 10, counters: true, to: &bytes)
        #expect(first == (11, false))
        bytes = []
        let second = ring.write(after: 11, counters: true, to: &bytes)
        #expect(second == (12, true))
    }

    @Test func `leaving a seat moves the last one there`() {
        var ring = ring()
        let first = ring.seat(at: 10)
        _ = ring.seat(at: 99)
        ring.leave(first)
        #expect(ring.seats.map(\.position) == [99])
    }
}

@Suite struct `A ring against its model` {
    /// A viewer of the model: all it was sent, as positions, and what it must have by now.
    private struct Viewer {
        var received: [Int64] = []
        var counters = 0
        /// Ordered frames up to here came as part of a snapshot.
        var snapshotAt: Int64
    }

    @Test(arguments: 0..<60 as Range<UInt64>) func `whatever happens, each seat gets each frame once and the newest counters`(seed: UInt64)
    {
        var random = SeededGenerator(seed: seed)
        var limits = Limits()
        limits.ringFrames = Int.random(in: 1...8, using: &random)
        limits.bundleBytes = Int.random(in: 1...100, using: &random)
        var ring = Ring(head: 0, limits: limits)
        var published: [Int64] = []
        var viewers: [Viewer] = []
        var newest = 0
        for _ in 0..<400 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1, 2:
                let next = ring.head + Int64.random(in: 1...5, using: &random)
                ring.append(frame(next, after: ring.head))
                published.append(next)
            case 3:
                newest += 1
                ring.setCounters(counters("\(newest)"))
            case 4:
                viewers.append(Viewer(counters: newest, snapshotAt: ring.head))
                let seat = ring.seat(at: ring.head)
                #expect(seat == viewers.count - 1)
            case 5 where !viewers.isEmpty:
                let index = viewers.indices.randomElement(using: &random)!
                ring.leave(index)
                viewers.swapAt(index, viewers.count - 1)
                viewers.removeLast()
            default:
                guard let index = viewers.indices.randomElement(using: &random) else { continue }
                serve(index, &ring, &viewers[index])
            }
        }
        for index in viewers.indices {
            while ring.due(index) != .nothing { serve(index, &ring, &viewers[index]) }
            let expected = published.filter { $0 > viewers[index].snapshotAt }
            #expect(viewers[index].received == expected)
            #expect(viewers[index].counters == newest)
        }
    }

    private func serve(_ index: Int, _ ring: inout Ring, _ viewer: inout Viewer) {
        switch ring.due(index) {
        case .nothing: break
        case .snapshot:
            viewer = Viewer(counters: viewer.counters, snapshotAt: ring.head)
            ring.sent(index, through: ring.head, countersToo: false)
        case .bundle(let after, let wanted):
            var bytes: [UInt8] = []
            let written = ring.write(after: after, counters: wanted, to: &bytes)
            ring.sent(index, through: written.through, countersToo: written.counters)
            for text in decode(bytes) {
                let words = text.split(separator: " ")
                if words[0] == "card" { viewer.received.append(Int64(words[1])!) } else { viewer.counters = Int(words[1])! }
            }
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
