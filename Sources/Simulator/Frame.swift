import EventSourcing
import JSON
import NIOCore
import Recruiting
import Wire

/// A frame from the server, read by its `t`.
enum Frame: Decodable, Sendable {
    case hello(HelloFrame)
    case counters(CountersFrame)
    case bye(ByeFrame)
    case ordered(RoomFrame)

    private enum CodingKeys: CodingKey { case t }

    init(from decoder: any Decoder) throws {
        switch try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .t) {
        case "hello": self = .hello(try HelloFrame(from: decoder))
        case "counters": self = .counters(try CountersFrame(from: decoder))
        case "bye": self = .bye(try ByeFrame(from: decoder))
        default: self = .ordered(try RoomFrame(from: decoder))
        }
    }

    init(_ text: ByteBuffer) throws {
        do {
            self = try JSONDocument(Array(buffer: text)).decode()
        } catch {
            throw SimulatorError.unreadable("frame \(String(buffer: text).prefix(200)): \(error)")
        }
    }
}

/// A viewer's screen as the frames so far leave it, and whether they came without a gap and without a repeat.
struct Screen: Sendable {
    enum Finding: Sendable, Equatable { case missed, repeated }

    /// The card that is shown or was shown last: a viewer can still open it.
    private(set) var card: Card?
    private(set) var status = RoomStatus.scheduled
    private(set) var online = 0
    /// The place from which to go on after a lost connection; nil before the first `hello`.
    private(set) var place: (epoch: String, position: LogPosition)?

    /// Shows one frame.
    /// - Returns: what is wrong with the frame's place in the order, if anything is.
    mutating func show(_ frame: Frame) -> Finding? {
        switch frame {
        case .hello(let hello):
            greet(hello)
        case .counters(let counters):
            online = counters.online
        case .bye:
            break
        case .ordered(let frame):
            switch frame.change {
            case .featured(let card): self.card = card
            case .status(let status): self.status = status
            default: break
            }
            return order(frame)
        }
        return nil
    }

    private mutating func greet(_ hello: HelloFrame) {
        if hello.mode == .resume, let place {
            self.place = (hello.epoch, place.position)
            return
        }
        place = (hello.epoch, hello.p)
        card = hello.state?.featured ?? card
        status = hello.state?.status ?? status
        online = hello.counters.online
    }

    private mutating func order(_ frame: RoomFrame) -> Finding? {
        guard let (epoch, position) = place else { return .missed }
        place = (epoch, max(position, frame.p))
        if frame.p <= position { return .repeated }
        return frame.pp > position ? .missed : nil
    }
}
