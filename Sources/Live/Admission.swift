package import Access
import EventSourcing
import EventStore
package import Fanout
import FoundationEssentials
import JSON
import NIOCore
import Recruiting
import WebSocket
import Wire

/// Says who may enter a room, and hears what viewers do there.
package struct Admission: Sendable {
    private let signer: TokenSigner
    private let tickets: Tickets
    private let pseudonyms: Pseudonyms
    private let presence: Presence
    private let feed: LiveFeed
    private let epoch: String

    package init(signer: TokenSigner, tickets: Tickets, pseudonyms: Pseudonyms, presence: Presence, feed: LiveFeed, epoch: String) {
        self.signer = signer
        self.tickets = tickets
        self.pseudonyms = pseudonyms
        self.presence = presence
        self.feed = feed
        self.epoch = epoch
    }

    /// What the door gives the hub along with each viewer.
    package var callbacks: Callbacks {
        Callbacks(
            admit: { room, text, loop in
                loop.makeFutureWithTask { try await admit(SessionID(room), text) }
            },
            history: { room, after, last, loop in
                loop.makeFutureWithTask { try await feed.history(SessionID(room), after: after, through: last) }
            },
            receive: { message, loop in receive(message, loop) },
            moved: { movement in
                switch movement {
                case .joined(let room, let viewer): viewer.audience.map { presence.joined(SessionID(room), $0, by: viewer.arrival) }
                case .left(let room, let viewer): viewer.audience.map { presence.left(SessionID(room), $0) }
                }
            }
        )
    }

    private func admit(_ session: SessionID, _ text: [UInt8]) async throws -> Verdict {
        guard let frame = try? JSONDocument(text).decode(ViewerFrame.self), frame.t == .join,
            frame.token != nil || frame.ticket != nil
        else { return .refused(Farewell(.policyViolation)) }
        guard let identity = try await identity(frame) else { return .refused(.unauthorised) }
        guard try await feed.open(session) else { return .refused(.noSuchRoom) }
        let number = pseudonyms.number(of: identity.subject, in: session)
        return .admitted(
            ViewerID(number, by: Arrival(frame.channel, from: frame.region), counts: identity.isViewer),
            until: identity.end,
            after: frame.epoch == epoch ? frame.after?.rawValue : nil
        )
    }

    /// Whose the frame's token or ticket is; nil when it is good for nothing.
    /// - Throws: when it can't be told now.
    private func identity(_ frame: ViewerFrame) async throws -> Identity? {
        do {
            if let token = frame.token { return try await signer.verify(token) }
            return if let ticket = frame.ticket { try await tickets.redeem(ticket) } else { nil }
        } catch is AccessError {
            return nil
        }
    }

    /// A card opened, saved or shared is noted; a new token extends the permission; all else says no more than that somebody is there.
    private func receive(_ message: ViewerMessage, _ loop: any EventLoop) -> EventLoopFuture<Reaction>? {
        guard let frame = try? JSONDocument(message.text).decode(ViewerFrame.self) else { return nil }
        if frame.t == .join, let token = frame.token {
            return loop.makeFutureWithTask { [signer] in
                (try? await signer.verify(token)).map { Reaction.renew(until: $0.end) } ?? .close(.unauthorised)
            }
        }
        if let kind = frame.t.observation, let job = frame.job, let viewer = message.viewer.audience {
            presence.observed(SessionID(message.room), viewer, kind, job)
        }
        return nil
    }
}

extension ViewerID {
    private static let staff: UInt128 = 1 << 64

    /// A pseudonym's number, and in the upper half how the viewer came; hosts, analysts and others at work see the room and are not
    /// counted in it.
    fileprivate init(_ number: UInt64, by arrival: Arrival, counts: Bool) {
        self.init(UInt128(arrival.code) << 96 | UInt128(number) | (counts ? 0 : Self.staff))
    }

    fileprivate var arrival: Arrival { Arrival(code: UInt32(value >> 96)) }

    /// The viewer's number; nil for staff, who are not counted.
    fileprivate var audience: UInt64? {
        value & Self.staff == 0 ? UInt64(truncatingIfNeeded: value) : nil
    }
}

extension Identity {
    /// The moment at which the token expires, by the event loops' clock. No connection lasts until the year in which a token ends that was never to end.
    fileprivate var end: NIODeadline {
        .now() + .milliseconds(Int64(max(0, min(expires.timeIntervalSinceNow, 365 * 86_400)) * 1000))
    }
}

extension ViewerFrame.Kind {
    fileprivate var observation: Observation.Kind? {
        switch self {
        case .opened: .opened
        case .saved: .saved
        case .shared: .shared
        case .join, .ping: nil
        }
    }
}
