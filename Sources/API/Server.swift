import Access
import Commands
package import EventStore
import Fanout
import Hummingbird
import HummingbirdCore
import Imports
import Live
package import Logging
import NIOCore
package import Postgres
import Processes
import Recruiting
package import ServiceLifecycle

/// The server as one service: log, projections, rooms and HTTP on one port. It stops in the reverse order of its services.
///
/// Log and projections come not yet running; they share `pool` with what pages and programs ask. `pendingMigrations` says how many are
/// still to be applied; `onRunning` is called with the port once it is open.
package func buildServer(
    _ configuration: ServerConfiguration,
    database: ConnectionSettings,
    pool: PostgresPool,
    log: EventLog,
    projections: [ProjectionRunner],
    pendingMigrations: @escaping @Sendable () async throws -> Int = { 0 },
    logger: Logger,
    onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
) async throws -> some Service {
    let side = try await LogSide(configuration, database, pool, log, projections, logger)
    let rooms = RoomSide(side, configuration, logger)
    let due: [any Processes.Process] = [
        side.shelfSweeper(logger), side.documentSweeper(logger), side.policyExpiry(logger), side.jobExpiry(logger),
        side.responseDeadline(logger), side.keyDestruction(logger),
        ImportSweeper(store: ImportStore(pool: pool)),
    ]
    let processes = ProcessRunner(due, log: log, node: side.node, pool: pool, database: database, now: side.now, logger: logger)
    let readiness = Readiness(database, tail: rooms.feed.progress, pendingMigrations: pendingMigrations, logger: logger)
    let places = ConnectionCounter(all: configuration.otherConnections.all, perAddress: configuration.otherConnections.perAddress)
    side.measure(rooms, places, readiness, processes: due.map(\.name))
    let services: [any Service] = [log, FailureNotes(failures: side.failures)] + projections + [readiness] + rooms.services
    let quotas = WriteQuotas(configuration.quotas, metrics: side.metrics)
    return Application(
        router: side.router(configuration, quotas, routes: side.routes(configuration, rooms.feed, readiness, quotas)),
        server: rooms.door(configuration, places),
        configuration: ApplicationConfiguration(address: .hostname(configuration.host, port: configuration.port), backlog: listenBacklog),
        services: services + [processes, RoomDrain(hub: rooms.hub, duration: configuration.drain)],
        onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? configuration.port) },
        eventLoopGroupProvider: .shared(rooms.loops),
        logger: logger
    )
}

/// Writes down failed attempts to sign in until the server stops, and then those that wait.
private struct FailureNotes: Service {
    let failures: FailedSignIns

    func run() async throws {
        await withGracefulShutdownHandler {
            await failures.write()
        } onGracefulShutdown: {
            failures.finish()
        }
    }
}
