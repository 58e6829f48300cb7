import Access
package import Commands
package import Fanout
package import Logging
package import Recruiting
import ServiceLifecycle
import Synchronization

/// Who of the staff is in a room, so that they leave it when what let them in is taken away.
package final class StaffSeats: Service {
    private struct Seat {
        var identity: Identity
        /// Nil while its connection is still being let in.
        var room: RoomID?
        let since = ContinuousClock.now
        /// Whether it is to leave as soon as it has come.
        var isOver = false
    }

    private struct State {
        var seats: [ViewerID: Seat] = [:]
        var last: UInt64 = 0
    }

    private let hub: Hub
    private let callers: Callers
    private let logger: Logger
    private let state = Mutex(State())
    private let changed: AsyncStream<Subject>
    private let feed: AsyncStream<Subject>.Continuation

    /// A connection that is let in is there much sooner, or never.
    private static let patience = Duration.seconds(60)

    package init(hub: Hub, callers: Callers, logger: Logger) {
        self.hub = hub
        self.callers = callers
        self.logger = logger
        (changed, feed) = AsyncStream.makeStream(of: Subject.self)
    }

    /// A name for a connection that is about to be let in.
    func expect(_ identity: Identity) -> ViewerID {
        state.withLock { state in
            let now = ContinuousClock.now
            for (viewer, seat) in state.seats where seat.room == nil && seat.since + Self.patience <= now { state.seats[viewer] = nil }
            state.last += 1
            let viewer = ViewerID(staff: state.last)
            state.seats[viewer] = Seat(identity: identity)
            return viewer
        }
    }

    func joined(_ room: RoomID, _ viewer: ViewerID) {
        let isOver = state.withLock { state in
            state.seats[viewer]?.room = room
            // Whoever isn't known took too long to be let in.
            return state.seats[viewer]?.isOver ?? true
        }
        if isOver { hub.sendAway(viewer, from: room, .unauthorised) }
    }

    func left(_ viewer: ViewerID) { state.withLock { $0.seats[viewer] = nil } }

    /// A token that came later holds in place of what let the viewer in; false when it is somebody else's.
    func renew(_ viewer: ViewerID, _ identity: Identity) -> Bool {
        state.withLock { state in
            guard state.seats[viewer]?.identity.subject == identity.subject else { return false }
            state.seats[viewer]?.identity = identity
            return true
        }
    }

    /// Looks again at who is there by this account; something was taken from it.
    package func changed(_ account: Subject) {
        if state.withLock({ $0.seats.values.contains { $0.identity.subject == account.description } }) { feed.yield(account) }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await account in self.changed { await self.look(at: account) }
        }
    }

    private func look(at account: Subject) async {
        for (viewer, seat) in state.withLock({ $0.seats.filter { $0.value.identity.subject == account.description } }) {
            guard await !mayStay(seat.identity) else { continue }
            let room = state.withLock { state in
                state.seats[viewer]?.isOver = true
                return state.seats[viewer]?.room
            }
            if let room { hub.sendAway(viewer, from: room, .unauthorised) }
        }
    }

    /// Until it can be told, asks again and again.
    private func mayStay(_ identity: Identity) async -> Bool {
        while !Task.isCancelled {
            do {
                try await callers.standing(of: identity).require(.enter)
                return true
            } catch is AccessError {
                return false
            } catch {
                logger.debug("who is in a room can't be looked at", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        return true
    }
}
