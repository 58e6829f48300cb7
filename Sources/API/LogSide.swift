import Access
import Commands
import EventSourcing
import EventStore
import Fanout
import FoundationEssentials
import HTTPClient
import Logging
import Postgres
import Processes
import Recruiting

/// What reads the log and writes to it, whoever asks.
struct LogSide {
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
    let candidates: Candidates
    let personalData: PersonalData
    let credentials: Credentials
    let callers: Callers
    let failures: FailedSignIns
    let signingIn: SigningIn
    let provider: Provider?
    let logger: Logger

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
        candidates = Candidates(pool: pool, master: configuration.masterKey)
        personalData = PersonalData(pool: pool, master: configuration.masterKey)
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
        failures = FailedSignIns(commands, now: now, logger: logger)
        signingIn = SigningIn(
            commands: commands,
            credentials: credentials,
            identities: ProviderIdentities(pool: pool),
            passwords: Passwords(cost: configuration.passwordCost),
            callers: callers,
            failures: failures,
            now: now
        )
        provider = configuration.provider.map { [tickets, now] in
            Provider($0, client: HTTPClient(), secret: configuration.secret, tickets: tickets, now: now)
        }
        self.logger = logger
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

extension LogSide {
    func shelfSweeper(_ logger: Logger) -> ShelfSweeper {
        let progress = progress("companies", "posted_positions", "live_sessions")
        return ShelfSweeper(commands: commands, pool: pool, progress: progress, now: now, logger: logger)
    }

    func documentSweeper(_ logger: Logger) -> DocumentSweeper {
        DocumentSweeper(commands: commands, documents: documents, pool: pool, progress: progress("companies"), logger: logger)
    }

    func policyExpiry(_ logger: Logger) -> PolicyExpiry { PolicyExpiry(commands: commands, pool: pool, now: now, logger: logger) }

    func responseDeadline(_ logger: Logger) -> ResponseDeadline {
        let progress = progress("resume_submissions")
        return ResponseDeadline(commands: commands, pool: pool, progress: progress, now: now, logger: logger)
    }

    func keyDestruction(_ logger: Logger) -> KeyDestruction {
        KeyDestruction(
            commands: commands,
            personalData: personalData,
            candidates: candidates,
            pool: pool,
            progress: progress("erased_candidates"),
            now: now,
            logger: logger
        )
    }

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
}
