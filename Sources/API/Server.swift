package import Access
import Commands
import EventSourcing
package import EventStore
import Fanout
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Imports
import Live
package import Logging
import NIOCore
import NIOPosix
package import Postgres
import Processes
package import Recruiting
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
    /// What digests of passwords cost.
    package var passwordCost = Passwords.Cost.standard
    package var signInLimits = SignIns.Limits.standard
    /// The roles whose grants hold only for who has shown a code of a second factor.
    package var rolesOfTwoFactors: Set<Role> = []
    /// The limits on writes by token, address, room and account.
    package var quotas = Quotas.standard
    /// The most connections that are no viewers', in all and from one address.
    package var otherConnections = Descriptors.connections
    /// How long a query waits for the read models to reach what this process knows to be in the log.
    package var queryPatience = Duration.seconds(2)
    /// What time it is: another clock's in tests.
    package var now: @Sendable () -> Timestamp = { Timestamp(Date()) }
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
    let side = try await LogSide(configuration, database, pool, log, projections, logger)
    let rooms = RoomSide(side, configuration, logger)
    let due: [any Processes.Process] = [
        side.shelfSweeper(logger), side.documentSweeper(logger), side.policyExpiry(logger), side.jobExpiry(logger),
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

/// What reads the log and writes to it, whoever asks.
private struct LogSide {
    let now: @Sendable () -> Timestamp
    /// Names this process since its start.
    let node: String
    let database: ConnectionSettings
    let pool: PostgresPool
    let log: EventLog
    let epoch: String
    let projections: [ProjectionRunner]
    let metrics = Metrics()
    let contract: Contract
    let signer: TokenSigner
    let tickets: Tickets
    let pseudonyms: Pseudonyms
    let commands: CommandHandler
    let queries: Queries
    let documents: CompanyDocuments
    let credentials: Credentials
    let callers: Callers
    let failures: FailedSignIns
    let signingIn: SigningIn

    init(
        _ configuration: ServerConfiguration,
        _ database: ConnectionSettings,
        _ pool: PostgresPool,
        _ log: EventLog,
        _ projections: [ProjectionRunner],
        _ logger: Logger
    ) async throws {
        now = configuration.now
        node = "\(configuration.node)/\(now())"
        self.database = database
        self.pool = pool
        self.log = log
        self.projections = projections
        epoch = try await log.epoch().uuidString.lowercased()
        contract = try Contract()
        signer = await TokenSigner(secret: configuration.secret)
        tickets = Tickets(signer: signer, pool: pool)
        pseudonyms = Pseudonyms(secret: configuration.secret)
        commands = CommandHandler(log, now: now) { [metrics] in metrics.observe("jobcast_append_seconds", seconds: $0 / .seconds(1)) }
        documents = CompanyDocuments(pool: pool, master: configuration.masterKey)
        queries = Queries(pool: pool, log: log, progress: projections.map(\.progress), patience: configuration.queryPatience)
        credentials = Credentials(pool: pool, master: configuration.masterKey)
        callers = Callers(
            signer: signer,
            tickets: tickets,
            signIns: SignIns(pool: pool, limits: configuration.signInLimits),
            commands: commands,
            demanding: configuration.rolesOfTwoFactors,
            now: now
        )
        failures = FailedSignIns(commands)
        signingIn = SigningIn(
            commands: commands,
            credentials: credentials,
            passwords: Passwords(cost: configuration.passwordCost),
            callers: callers,
            failures: failures,
            now: now
        )
    }

    /// How far the projections of these names have come.
    func progress(_ names: String...) -> [Watermark] {
        names.map { name in
            guard let runner = projections.first(where: { $0.projection.name == name }) else {
                preconditionFailure("the projection \(name) is missing")
            }
            return runner.progress
        }
    }
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

/// What rooms are made of, and those in them.
private struct RoomSide {
    let loops = MultiThreadedEventLoopGroup.singleton
    let presence: Presence
    let hub: Hub
    let feed: LiveFeed
    let services: [any Service]
    private let admission: Admission
    private let epoch: String

    init(_ side: LogSide, _ configuration: ServerConfiguration, _ logger: Logger) {
        epoch = side.epoch
        presence = Presence(log: side.log, pool: side.pool, name: side.node, now: side.now, logger: logger)
        hub = Hub(loops: loops.makeIterator(), limits: affordable(configuration.limits, logger))
        let staff = StaffSeats(hub: hub, callers: side.callers, logger: logger)
        feed = LiveFeed(
            log: side.log,
            pool: side.pool,
            hub: hub,
            counted: side.progress("live_counters")[0],
            epoch: side.epoch,
            logger: logger,
            onLoss: { [staff] account in staff.changed(account) }
        ) { [metrics = side.metrics] in
            metrics.count("jobcast_greetings_encoded_total")
        }
        admission = Admission(
            callers: side.callers,
            staff: staff,
            pseudonyms: side.pseudonyms,
            presence: presence,
            feed: feed,
            epoch: side.epoch
        )
        services = [feed, staff, presence, NodeLeases(database: side.database, presence: presence, now: side.now, logger: logger)]
    }

    /// Where connections come in, viewers' and others.
    func door(_ configuration: ServerConfiguration, _ places: ConnectionCounter) -> HTTPServerBuilder {
        HTTPServerBuilder { [hub, callbacks = admission.callbacks, epoch] responder in
            FirstRequestChannel(
                responder: responder,
                hub: hub,
                callbacks: callbacks,
                epoch: epoch,
                origins: configuration.origins,
                proxies: configuration.proxies,
                places: places
            )
        }
    }
}

extension LogSide {
    func shelfSweeper(_ logger: Logger) -> ShelfSweeper {
        let progress = progress("companies", "posted_positions", "live_sessions")
        return ShelfSweeper(commands: commands, pool: pool, progress: progress, now: now, logger: logger)
    }

    func documentSweeper(_ logger: Logger) -> DocumentSweeper {
        DocumentSweeper(commands: commands, documents: documents, pool: pool, progress: progress("companies"), logger: logger)
    }

    func policyExpiry(_ logger: Logger) -> PolicyExpiry { PolicyExpiry(commands: commands, pool: pool, now: now, logger: logger) }

    func jobExpiry(_ logger: Logger) -> JobExpiry {
        JobExpiry(commands: commands, pool: pool, progress: progress("posted_positions"), now: now, logger: logger)
    }

    func measure(_ rooms: RoomSide, _ places: ConnectionCounter, _ readiness: Readiness, processes: [String]) {
        metrics.measure(log: log, feed: rooms.feed, hub: rooms.hub, presence: rooms.presence)
        metrics.describe("jobcast_other_connections", "Connections to this process that are no viewers'.")
        metrics.gauge("jobcast_other_connections") { Double(places.all) }
        metrics.measure(projections: projections, readiness)
        metrics.measure(processes: processes, readiness)
    }

    func routes(_ configuration: ServerConfiguration, _ feed: LiveFeed, _ readiness: Readiness, _ quotas: WriteQuotas) -> [Route] {
        [
            VisitorRoutes(signer: signer).routes,
            TicketRoutes(tickets: tickets).routes,
            CompanyRoutes(commands: commands, queries: queries, now: now).routes,
            DocumentRoutes(commands: commands, queries: queries, documents: documents).routes,
            JobRoutes(commands: commands, queries: queries, now: now).routes,
            VettingRoutes(commands: commands, queries: queries).routes,
            ImportRoutes(commands: commands, queries: queries, store: ImportStore(pool: pool), now: now).routes,
            PolicyRoutes(commands: commands, queries: queries).routes,
            SeriesRoutes(commands: commands, queries: queries).routes,
            SessionRoutes(commands: commands, queries: queries, now: now).routes,
            StaffRoutes(commands: commands, queries: queries).routes,
            StageRoutes(commands: commands, queries: queries, now: now).routes,
            QuestionRoutes(commands: commands, queries: queries, pseudonyms: pseudonyms).routes,
            SubmissionRoutes(
                commands: commands,
                queries: queries,
                candidates: Candidates(pool: pool, master: configuration.masterKey),
                personalData: PersonalData(pool: pool, master: configuration.masterKey),
                openings: DataOpenings(commands),
                now: now
            ).routes,
            ReplayRoutes(commands: commands, queries: queries).routes,
            LiveRoutes(feed: feed).routes,
            OperationRoutes(contract: contract, readiness: readiness, metrics: metrics).routes,
            StatusRoutes(readiness: readiness).routes,
            PageRoutes(feed: feed).routes,
        ].flatMap(\.self) + staffRoutes(quotas)
    }

    /// How people of the staff are known and let in.
    private func staffRoutes(_ quotas: WriteQuotas) -> [Route] {
        [
            IdentityRoutes(queries: queries, credentials: credentials).routes,
            SignInRoutes(
                signingIn: signingIn,
                callers: callers,
                queries: queries,
                credentials: credentials,
                quotas: quotas,
                now: now
            ).routes,
            OwnAccountRoutes(commands: commands, signingIn: signingIn, callers: callers, credentials: credentials, quotas: quotas).routes,
            AccountRoutes(
                commands: commands,
                queries: queries,
                credentials: credentials,
                signingIn: signingIn,
                signer: signer,
                now: now
            ).routes,
        ].flatMap(\.self)
    }

    func router(_ configuration: ServerConfiguration, _ quotas: WriteQuotas, routes: [Route]) -> Router<Call> {
        ContractRouter(
            contract: contract,
            callers: callers,
            metrics: metrics,
            quotas: quotas,
            origins: configuration.origins,
            proxies: configuration.proxies,
            routes: routes
        ).router()
    }
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
