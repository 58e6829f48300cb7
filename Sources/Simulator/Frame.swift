import FoundationEssentials
import NIOCore

/// What a viewer reads from a frame of the jobcast.v1 subprotocol.
struct Frame: Decodable, Sendable {
    struct Card: Decodable, Sendable {
        let position: String
        let version: Int?
        let company: String?
        let companyName: String?
        let title: String?
    }

    struct State: Decodable, Sendable {
        let status: String?
        let featured: Card?
    }

    let t: String
    let p: Int64?
    let pp: Int64?
    let epoch: String?
    let mode: String?
    let op: String?
    let card: Card?
    let state: State?
    let status: String?
    let why: String?
    /// The bounds, in milliseconds, of the time after which to come back.
    let retry: [Int]?
    /// Milliseconds between two pings.
    let ping: Int?
    let online: Int?

    init(_ text: ByteBuffer) throws {
        do {
            self = try JSONDecoder().decode(Frame.self, from: Data(text.readableBytesView))
        } catch {
            throw SimulatorError.unreadable("frame \(String(buffer: text).prefix(200)): \(error)")
        }
    }
}

/// A viewer's screen as the frames so far leave it, and whether they came without a gap and without a repeat.
struct Screen: Sendable {
    enum Finding: Sendable, Equatable { case missed, repeated }

    /// The card that is shown or was shown last: a viewer can still open it.
    private(set) var card: Frame.Card?
    private(set) var status = "scheduled"
    private(set) var epoch: String?
    private(set) var position: Int64 = 0
    private(set) var online = 0

    /// Shows one frame.
    /// - Returns: what is wrong with the frame's place in the order, if anything is.
    mutating func show(_ frame: Frame) -> Finding? {
        switch frame.t {
        case "hello":
            epoch = frame.epoch
            if frame.mode != "resume" {
                position = frame.p ?? position
                card = frame.state?.featured ?? card
                status = frame.state?.status ?? status
            }
            return nil
        case "counters":
            online = frame.online ?? online
            return nil
        case "card":
            if frame.op == "featured" { card = frame.card }
        case "status":
            status = frame.status ?? status
        default:
            break
        }
        return order(frame)
    }

    private mutating func order(_ frame: Frame) -> Finding? {
        guard let p = frame.p else { return nil }
        defer { position = max(position, p) }
        if p <= position { return .repeated }
        if let before = frame.pp, before > position { return .missed }
        return nil
    }
}
