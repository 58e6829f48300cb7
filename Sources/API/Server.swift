import Access
import Commands
import EventSourcing
package import EventStore
import Fanout
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Live
package import Logging
import NIOCore
import NIOPosix
package import Postgres
import Processes
import Recruiting
package import ServiceLifecycle

package struct ServerConfiguration: Sendable {
    package var host: String
    /// The port to listen on; 0 takes a free one.
    package var port: Int
    /// The secret that signs tokens and makes pseudonyms: at least 32 bytes, the same on every node.
    package var secret: [UInt8]
    /// 32 bytes, the same on every node: what candidates' keys are wrapped with.
    package var masterKey: [UInt8]
    /// Names this process in the log, together with the moment of its start.
    package var node: String
    /// Over which viewers are sent away when the process stops.
    package var drain: Duration
    /// The origins of pages from which rooms may be entered, beside this server's own.
    package var origins = Origins()
    /// The proxies that may say for whom a connection is.
    package var proxies = Proxies()
    /// The limits on writes by token, address and room.
    package var quotas = Quotas.standard
    /// The most connections that are no viewers', in all and from one address.
    package var otherConnections = Descriptors.connections
    var limits = Limits()

    /// The most viewers' connections, in all and from one address.
    package var connections: (all: Int, perAddress: Int) {
        get { (limits.connections, limits.connectionsPerAddress) }
        set { (limits.connections, limits.connectionsPerAddress) = newValue }
    }

    package init(host: String = "127.0.0.1", port: Int, secret: [UInt8], masterKey: [UInt8], node: String, drain: Duration = .seconds(10)) {
        self.host = host
        self.port = port
        self.secret = secret
        self.masterKey = masterKey
        self.node = node
        self.drain = drain
    }
}

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
    let now: @Sendable () -> Timestamp = { Timestamp(Date()) }
    let node = "\(configuration.node)/\(now())"
    let contract = try Contract()
    let signer = await TokenSigner(secret: configuration.secret)
    let pseudonyms = Pseudonyms(secret: configuration.secret)
    let metrics = Metrics()
    let epoch = try await log.epoch().uuidString.lowercased()
    let tickets = Tickets(signer: signer, pool: pool)
    let commands = CommandHandler(log, now: now) { metrics.observe("jobcast_append_seconds", seconds: $0 / .seconds(1)) }
    let queries = Queries(pool: pool, log: log, progress: projections.map(\.progress))
    guard let counted = projections.first(where: { $0.projection.name == "live_counters" })?.progress else {
        preconditionFailure("the counters' projection is missing")
    }

    let presence = Presence(log: log, pool: pool, name: node, now: now, logger: logger)
    let leases = NodeLeases(database: database, presence: presence, now: now, logger: logger)
    let loops = MultiThreadedEventLoopGroup.singleton
    let places = ConnectionCounter(all: configuration.otherConnections.all, perAddress: configuration.otherConnections.perAddress)
    let hub = Hub(loops: loops.makeIterator(), limits: affordable(configuration.limits, logger))
    let feed = LiveFeed(log: log, pool: pool, hub: hub, counted: counted, epoch: epoch, logger: logger) {
        metrics.count("jobcast_greetings_encoded_total")
    }
    let admission = Admission(signer: signer, tickets: tickets, pseudonyms: pseudonyms, presence: presence, feed: feed, epoch: epoch)
    let shelves = ShelfSweeper(
        commands: commands,
        pool: pool,
        progress: projections.filter { ["companies", "posted_positions", "live_sessions"].contains($0.projection.name) }.map(\.progress),
        now: now,
        logger: logger
    )
    let processes = ProcessRunner([shelves], log: log, node: node, pool: pool, database: database, logger: logger)
    let readiness = Readiness(database, tail: feed.progress, pendingMigrations: pendingMigrations, logger: logger)
    metrics.measure(log: log, feed: feed, hub: hub, presence: presence)
    metrics.describe("jobcast_other_connections", "Connections to this process that are no viewers'.")
    metrics.gauge("jobcast_other_connections") { Double(places.all) }
    metrics.measure(projections: projections, readiness)
    metrics.measure(processes: [shelves.name], readiness)

    let routes = [
        VisitorRoutes(signer: signer).routes,
        IdentityRoutes().routes,
        TicketRoutes(tickets: tickets).routes,
        CompanyRoutes(commands: commands, queries: queries).routes,
        JobRoutes(commands: commands, queries: queries).routes,
        ImportRoutes(commands: commands).routes,
        PolicyRoutes(commands: commands, queries: queries).routes,
        SessionRoutes(commands: commands, queries: queries, now: now).routes,
        StageRoutes(commands: commands, queries: queries).routes,
        QuestionRoutes(commands: commands, queries: queries, pseudonyms: pseudonyms).routes,
        SubmissionRoutes(
            commands: commands,
            queries: queries,
            candidates: Candidates(pool: pool, master: configuration.masterKey),
            personalData: PersonalData(pool: pool, master: configuration.masterKey),
            now: now
        ).routes,
        ReplayRoutes(commands: commands, queries: queries).routes,
        LiveRoutes(feed: feed).routes,
        OperationRoutes(contract: contract, readiness: readiness, metrics: metrics).routes,
        StatusRoutes(readiness: readiness).routes,
        PageRoutes(feed: feed).routes,
    ].flatMap(\.self)

    let contractRouter = ContractRouter(
        contract: contract,
        signer: signer,
        metrics: metrics,
        quotas: WriteQuotas(configuration.quotas, metrics: metrics),
        origins: configuration.origins,
        proxies: configuration.proxies,
        routes: routes
    )
    return Application(
        router: contractRouter.router(),
        server: HTTPServerBuilder { responder in
            FirstRequestChannel(
                responder: responder,
                hub: hub,
                callbacks: admission.callbacks,
                epoch: epoch,
                origins: configuration.origins,
                proxies: configuration.proxies,
                places: places
            )
        },
        configuration: ApplicationConfiguration(address: .hostname(configuration.host, port: configuration.port), backlog: listenBacklog),
        services: [log] + projections + [readiness, feed, presence, leases, processes, RoomDrain(hub: hub, duration: configuration.drain)],
        onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? configuration.port) },
        eventLoopGroupProvider: .shared(loops),
        logger: logger
    )
}

/// The limits that the files leave which this process may open.
private func affordable(_ limits: Limits, _ logger: Logger) -> Limits {
    let (all, perAddress) = Descriptors.viewers
    guard all < limits.connections || perAddress < limits.connectionsPerAddress else { return limits }
    var limits = limits
    limits.connections = min(limits.connections, all)
    limits.connectionsPerAddress = min(limits.connectionsPerAddress, perAddress)
    logger.notice(
        "there is room for fewer viewers than are let in, as this process may open no more files (ulimit -n)",
        metadata: ["viewers": "\(limits.connections)", "perAddress": "\(limits.connectionsPerAddress)"]
    )
    return limits
}
