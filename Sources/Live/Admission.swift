package import Access
package import Commands
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
    private let callers: Callers
    private let staff: StaffSeats
    private let pseudonyms: Pseudonyms
    private let presence: Presence
    private let feed: LiveFeed
    private let epoch: String

    package init(callers: Callers, staff: StaffSeats, pseudonyms: Pseudonyms, presence: Presence, feed: LiveFeed, epoch: String) {
        self.callers = callers
        self.staff = staff
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
                case .joined(let room, let viewer):
                    guard let number = viewer.audience else { return staff.joined(room, viewer) }
                    presence.joined(SessionID(room), number, by: viewer.arrival)
                case .left(let room, let viewer):
                    guard let number = viewer.audience else { return staff.left(viewer) }
                    presence.left(SessionID(room), number)
                }
            }
        )
    }

    private func admit(_ session: SessionID, _ text: [UInt8]) async throws -> Verdict {
        guard let frame = try? JSONDocument(text).decode(ViewerFrame.self), frame.t == .join,
            frame.token != nil || frame.ticket != nil
        else { return .refused(Farewell(.policyViolation)) }
        do {
            guard let claimed = try await callers.claimed(token: frame.token, ticket: frame.ticket) else { return .refused(.unauthorised) }
            let viewer = viewer(claimed, in: session, by: Arrival(frame.channel, from: frame.region))
            // Whoever is known to be there before that is looked up is found by what takes it away meanwhile.
            let identity = try await callers.standing(of: claimed)
            try identity.require(.enter)
            guard try await feed.open(session) else { return .refused(.noSuchRoom) }
            return .admitted(viewer, until: identity.end, after: frame.epoch == epoch ? frame.after?.rawValue : nil)
        } catch is AccessError {
            return .refused(.unauthorised)
        }
    }

    private func viewer(_ identity: Identity, in session: SessionID, by arrival: Arrival) -> ViewerID {
        guard identity.isViewer else { return staff.expect(identity) }
        return ViewerID(pseudonyms.number(of: identity.subject, in: session), by: arrival)
    }

    /// A card opened, saved or shared is noted; a new token extends the permission; all else says no more than that somebody is there.
    private func receive(_ message: ViewerMessage, _ loop: any EventLoop) -> EventLoopFuture<Reaction>? {
        guard let frame = try? JSONDocument(message.text).decode(ViewerFrame.self) else { return nil }
        if frame.t == .join, let token = frame.token {
            return loop.makeFutureWithTask { [callers, staff] in
                do {
                    let identity = try await callers.identity(token: token)
                    guard message.viewer.audience != nil || staff.renew(message.viewer, identity) else { return .close(.unauthorised) }
                    return .renew(until: identity.end)
                } catch is AccessError {
                    return .close(.unauthorised)
                }
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

    /// A pseudonym's number, and in the upper half how the viewer came.
    fileprivate init(_ number: UInt64, by arrival: Arrival) {
        self.init(UInt128(arrival.code) << 96 | UInt128(number))
    }

    /// Hosts, analysts and others at work see the room and are not counted in it; each connection of theirs has a number of its own.
    init(staff number: UInt64) {
        self.init(Self.staff | UInt128(number))
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
