import WebSocket

/// What a whole byte stream gave: what was received, and the violation that ended it if one did.
struct Outcome: Equatable, Sendable {
    var received: [FrameParser.Incoming] = []
    var violation: Violation?
    /// Frames begun, which a rate limit counts.
    var frames: UInt32 = 0
}

let roomy = FrameParser.Limits(message: 1 << 20, fragments: 64)
let narrow = FrameParser.Limits(message: 200, fragments: 4)

/// Feeds the pieces one after the other, as a socket would deliver them.
func parse(
    _ pieces: [[UInt8]],
    from sender: FrameParser.Sender = .client,
    limits: FrameParser.Limits = roomy
) -> Outcome {
    var parser = FrameParser(from: sender, limits: limits)
    var outcome = Outcome()
    for piece in pieces { feed(piece, to: &parser, into: &outcome) }
    return outcome
}

/// Adds to `outcome` what the next piece of a stream gives.
func feed(_ piece: [UInt8], to parser: inout FrameParser, into outcome: inout Outcome) {
    var offset = 0
    do {
        while let incoming = try parser.next(in: piece.span, from: &offset) { outcome.received.append(incoming) }
    } catch {
        precondition(outcome.violation == nil, "a violation is thrown once")
        outcome.violation = error
    }
    outcome.frames = parser.frames
}

func parse(_ bytes: [UInt8], from sender: FrameParser.Sender = .client, limits: FrameParser.Limits = roomy) -> Outcome {
    parse([bytes], from: sender, limits: limits)
}

/// A client's frame with a mask that changes every byte.
func masked(_ opcode: Opcode, _ payload: some Collection<UInt8>, isFinal: Bool = true) -> [UInt8] {
    ClientFrame.encode(opcode, payload, isFinal: isFinal, mask: 0xA1B2_C3D4)
}

func masked(_ opcode: Opcode, _ text: String, isFinal: Bool = true) -> [UInt8] { masked(opcode, Array(text.utf8), isFinal: isFinal) }

/// A server's frame, also one that isn't the last of its message, which no server of ours sends.
func unmasked(_ opcode: Opcode, _ payload: some Collection<UInt8>, isFinal: Bool = true) -> [UInt8] {
    var frame = ServerFrame.encode(opcode, payload)
    if !isFinal { frame[0] &= 0x7F }
    return frame
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
