package import Recruiting
import ServiceLifecycle

/// Hosts and a crowd that use a running server as people would, over HTTP and WebSocket only.
package struct Simulation: Service {
    /// A session the simulation has brought live.
    package struct LiveRoom: Sendable {
        package let session: SessionID
        package let title: String
        package let host: String
        /// Whether a simulated host keeps the show; otherwise the room waits for a person.
        package let isHosted: Bool
    }

    /// What the simulation tells while it runs.
    package enum Report: Sendable {
        case live([LiveRoom])
        /// Sent once a second.
        case progress(Counts)
        case ended(Counts)
    }

    private let plan: Plan
    private let address: Address
    private let hosts: [Host]
    private let tally = Tally()
    private let report: @Sendable (Report) -> Void

    /// `tokens` signs a token for (role, subject).
    package init(
        plan: Plan,
        address: Address,
        tokens: (Role, String) async throws -> String,
        report: @escaping @Sendable (Report) -> Void
    ) async rethrows {
        self.plan = plan
        self.address = address
        self.report = report
        var hosts: [Host] = []
        for number in 0..<max(1, plan.rooms) {
            let subject = "simulated-host-\(number + 1)"
            let token = try await tokens(.host, subject)
            hosts.append(Host(address: address, number: number, subject: subject, token: token, plan: plan, tally: tally))
        }
        self.hosts = hosts
    }

    /// How long the server has to end the sessions; it may be gone, or too busy to answer.
    private static let farewell: Duration = .seconds(3)

    /// Brings the rooms live, fills them, and ends the sessions when the planned time is over or the service is shut down.
    package func run() async throws {
        let rooms = try await goLive()
        if rooms.count == hosts.count {
            report(.live(rooms.enumerated().map { LiveRoom(session: $1.session, title: $1.title, host: $1.host, isHosted: isHosted($0)) }))
            try await untilShutDown { try await play(in: rooms) }
        }
        await end(rooms)
        report(.ended(tally.now))
    }

    /// - Returns: nil when the service was shut down meanwhile; what fails then fails because of that.
    @discardableResult
    private func untilShutDown<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result? {
        do {
            return try await cancelWhenGracefulShutdown(body)
        } catch  where error is CancellationError || Task.isShuttingDownGracefully {
            return nil
        }
    }

    private func end(_ rooms: [Room]) async {
        await withTaskGroup { race in
            race.addTask { try? await Task.sleep(for: Self.farewell) }
            race.addTask {
                await withDiscardingTaskGroup { ends in
                    for (host, room) in zip(hosts, rooms) {
                        ends.addTask { do { try await host.end(room) } catch { tally.fault(error) } }
                    }
                }
            }
            await race.next()
            race.cancelAll()
        }
    }

    private func isHosted(_ room: Int) -> Bool {
        !(plan.leavesLastRoom && room == hosts.count - 1)
    }

    /// - Returns: fewer rooms than hosts when the service was shut down meanwhile.
    private func goLive() async throws -> [Room] {
        var rooms: [Room] = []
        for host in hosts {
            guard let room = try await untilShutDown({ try await host.goLive() }) else { break }
            rooms.append(room)
        }
        return rooms
    }

    /// Returns when the planned time is over; without one, when cancelled.
    private func play(in rooms: [Room]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            for (host, room) in zip(hosts, rooms) where isHosted(host.number) {
                group.addTask { try await host.perform(in: room) }
            }
            group.addTask { try await crowd(in: rooms) }
            group.addTask { try await reportProgress() }
            if let duration = plan.duration {
                group.addTask { try await Task.sleep(for: duration) }
            }
            try await group.next()
        }
    }

    private func crowd(in rooms: [Room]) async throws {
        let visitors = Visitors(address)
        let start = ContinuousClock.now
        try await withThrowingDiscardingTaskGroup { group in
            for visit in Visits(plan) {
                try await Task.sleep(until: start + visit.arrivesAt)
                // A server that lets nobody leave must not be buried under ever more connections.
                guard tally.now.connected < plan.viewers * 3 else { continue }
                let viewer = Viewer(
                    address: address,
                    room: rooms[visit.room],
                    visit: visit,
                    seed: plan.seed,
                    tally: tally,
                    visitors: visitors
                )
                group.addTask { await viewer.run() }
            }
        }
    }

    private func reportProgress() async throws {
        while true {
            try await Task.sleep(for: .seconds(1))
            report(.progress(tally.now))
        }
    }
}
