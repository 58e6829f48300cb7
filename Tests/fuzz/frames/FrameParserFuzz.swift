/// What libFuzzer calls with bytes it chose by the branches that earlier ones took (https://llvm.org/docs/LibFuzzer.html).
///
/// The first byte chooses the sender and the limits, the next three are the lengths of the pieces, over and over; the rest is the stream.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFrameParser(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = Array(UnsafeBufferPointer(start: start, count: count))
    guard data.count >= 4 else { return 0 }
    let sender: FrameParser.Sender = data[0] & 1 == 0 ? .client : .server
    let limits = data[0] & 2 == 0 ? FrameParser.Limits(message: 1 << 20, fragments: 64) : .init(message: 200, fragments: 4)
    let stream = Array(data[4...])
    let whole = parse([stream], from: sender, limits)
    demand(whole == Reference.read(stream, from: sender, limits: limits), "the reference reads it otherwise")
    demand(parse(pieces(of: stream, lengths: data[1..<4]), from: sender, limits) == whole, "pieces say something else than the whole")
    let again = whole.received.flatMap { encode($0, from: sender) }
    demand(parse([again], from: sender, limits).received == whole.received, "what was received can't be sent")
    return 0
}

/// A precondition that says in an optimised build too what was wrong.
private func demand(_ holds: Bool, _ otherwise: String) {
    if !holds { fatalError(otherwise) }
}

private func pieces(of stream: [UInt8], lengths: ArraySlice<UInt8>) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = stream[...]
    while !rest.isEmpty {
        for length in lengths.allSatisfy({ $0 == 0 }) ? [1] : lengths {
            pieces.append(Array(rest.prefix(Int(length))))
            rest = rest.dropFirst(Int(length))
        }
    }
    return pieces
}

private func parse(_ pieces: [[UInt8]], from sender: FrameParser.Sender, _ limits: FrameParser.Limits) -> Reading {
    var parser = FrameParser(from: sender, limits: limits)
    var reading = Reading()
    for piece in pieces {
        var offset = 0
        do {
            while let incoming = try parser.next(in: piece.span, from: &offset) { reading.received.append(incoming) }
            demand(offset == piece.count, "bytes were left over")
        } catch {
            demand(reading.violation == nil && parser.hasEnded, "a violation ends the stream, once")
            reading.violation = error
        }
    }
    reading.frames = parser.frames
    checkBuffers(of: parser, limits, taken: pieces.reduce(0) { $0 + $1.count })
    return reading
}

/// Every beginning of an input is an input too, so what is held at the end is what may be held at any moment.
private func checkBuffers(of parser: FrameParser, _ limits: FrameParser.Limits, taken: Int) {
    for (label, value) in Mirror(reflecting: parser).children {
        guard let buffer = value as? [UInt8] else { continue }
        demand(buffer.count <= (label == "control" ? 125 : Int(limits.message)), "more is held than the limit")
        demand(buffer.capacity <= 2 * taken + 64, "more is reserved than has come")
        demand(buffer.isEmpty || !parser.hasEnded, "something is held after the end")
    }
}

private func encode(_ incoming: FrameParser.Incoming, from sender: FrameParser.Sender) -> [UInt8] {
    let (opcode, payload): (Opcode, [UInt8]) =
        switch incoming {
        case .text(let bytes): (.text, bytes)
        case .binary(let bytes): (.binary, bytes)
        case .ping(let bytes): (.ping, bytes)
        case .pong(let bytes): (.pong, bytes)
        case .close(let code, let reason): (.close, code.map { [UInt8($0.rawValue >> 8), UInt8($0.rawValue & 0xFF)] + reason } ?? [])
        }
    return sender == .client ? ClientFrame.encode(opcode, payload, mask: 0x8040_2010) : ServerFrame.encode(opcode, payload)
}
