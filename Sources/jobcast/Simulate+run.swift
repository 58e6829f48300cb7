import Glibc
import Logging
import Recruiting
import ServiceLifecycle
import Simulator
import UnixSignals

extension Simulate {
    /// A live simulation until Ctrl-C: shows the pages to open, then a line that is rewritten each second.
    func simulate(_ address: Address, _ tokens: @escaping @Sendable (Role, String) async throws -> String) async throws {
        var plan = Plan()
        plan.viewers = viewers
        plan.rooms = rooms
        plan.seed = seed
        plan.leavesLastRoom = leaveLastRoom
        if let applying { plan.applying = applying }
        plan.duration = seconds.map { .seconds($0) }
        let server = server
        let analyst = try await tokens(.analyst, "demo-analyst")
        let operations = try await tokens(.operator, "demo-operator")
        let hosts = try await (1...rooms).asyncMap { try await tokens(.host, "simulated-host-\($0)") }
        let simulation = try await Simulation(plan: plan, address: address, tokens: tokens) { report in
            switch report {
            case .live(let live):
                print(pages(live, server: server, hosts: hosts, analyst: analyst, operations: operations))
                // Where the output is no terminal it would wait for more.
                fflush(nil)
            case .progress(let counts): show(counts)
            case .ended(let counts): print("\n\(line(counts))")
            }
        }
        try await ServiceGroup(
            configuration: .init(
                services: [.init(service: simulation, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigint, .sigterm],
                logger: try settings.logger()
            )
        ).run()
    }
}

private func pages(_ live: [Simulation.LiveRoom], server: String, hosts: [String], analyst: String, operations: String) -> String {
    var lines = ["", "All sessions   \(server)/", "Operations     \(server)/operations#token=\(operations)"]
    for (room, token) in zip(live, hosts) {
        let query = "?session=\(room.session)"
        lines += [
            "", "\(room.title)\(room.isHosted ? "" : "   (yours to host: feature a card in the studio)")",
            "  watch    \(server)/watch\(query)",
            "  studio   \(server)/studio\(query)#token=\(token)",
            "  insight  \(server)/insight\(query)#token=\(analyst)",
        ]
    }
    return (lines + ["", said("Ctrl-C ends the sessions.")]).joined(separator: "\n")
}

private func line(_ counts: Counts) -> String {
    counts.line + (counts.latestError.map { " (\($0))" } ?? "")
}

private func show(_ counts: Counts) {
    // Rewrites the line where there is a terminal; one line a second elsewhere would only fill a file.
    if isatty(STDOUT_FILENO) == 1 {
        print("\r\u{1B}[2K\(line(counts))", terminator: "")
        fflush(nil)
    }
}

extension ClosedRange<Int> {
    fileprivate func asyncMap<T>(_ transform: (Int) async throws -> T) async rethrows -> [T] {
        var values: [T] = []
        for number in self { values.append(try await transform(number)) }
        return values
    }
}
