import API
import Access
import ArgumentParser
import EventStore
import Glibc
import Logging
import ReadModels
import Recruiting
import ServiceLifecycle
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: said("Serve the pages, the HTTP API and the rooms until SIGTERM or Ctrl-C."),
        discussion: said("The database is migrated first. Any number of servers may share one database.")
    )

    @OptionGroup var settings: Settings

    @Option(help: ArgumentHelp(said("The address to listen on [JOBCAST_HOST]; 127.0.0.1 without one."), valueName: "address"))
    var host: String?

    @Option(help: ArgumentHelp(said("The port to listen on, 0 for any free one [JOBCAST_PORT]; 8080 without one."), valueName: "port"))
    var port: String?

    @Option(
        help: ArgumentHelp(said("How many database connections readers share [JOBCAST_CONNECTIONS]; 12 without one."), valueName: "number")
    )
    var connections: String?

    @Option(
        help: ArgumentHelp(
            said("Over how many seconds viewers are sent away at the end [JOBCAST_DRAIN]; 5 without one."),
            valueName: "seconds"
        )
    )
    var drain: String?

    @Option(
        help: ArgumentHelp(
            said("This process's name in the log [JOBCAST_NODE]; host name and port without one."),
            valueName: "name"
        )
    )
    var node: String?

    @Option(
        help: ArgumentHelp(
            said("Pages of which other origins may enter rooms and call the API, with commas between [JOBCAST_ORIGINS]; none without one."),
            valueName: "origins"
        )
    )
    var origins: String?

    @Option(help: ArgumentHelp(said("The most viewers' connections [JOBCAST_MAX_VIEWERS]; 100000 without one."), valueName: "number"))
    var maxViewers: String?

    @Option(
        help: ArgumentHelp(
            said("The most viewers' connections from one address [JOBCAST_MAX_VIEWERS_PER_ADDRESS]; 20000 without one."),
            valueName: "number"
        )
    )
    var maxViewersPerAddress: String?

    @Option(
        help: ArgumentHelp(
            said("Proxies that tell a client's address, with commas between [JOBCAST_TRUSTED_PROXIES]; none without one."),
            valueName: "addresses"
        )
    )
    var trustedProxies: String?

    @Option(
        help: ArgumentHelp(
            said("Minutes without a request after which somebody is signed out [JOBCAST_SIGN_IN_IDLE]; 120 without one."),
            valueName: "minutes"
        )
    )
    var signInIdle: String?

    @Option(
        help: ArgumentHelp(
            said("Hours after which somebody has to sign in again [JOBCAST_SIGN_IN_LIFETIME]; 12 without one."),
            valueName: "hours"
        )
    )
    var signInLifetime: String?

    @Option(
        help: ArgumentHelp(
            said("Roles that need a code beside the password, with commas between [JOBCAST_SECOND_FACTOR]; none without one."),
            valueName: "roles"
        )
    )
    var secondFactor: String?

    private static let connectionRange = 2...1_000

    func run() async throws {
        let logger = try settings.logger()
        let connections = try number(.connections, connections, in: Self.connectionRange, or: 12)
        let configuration = try await configuration()
        let database = try await Database.open(settings, connections: connections, logger: logger)
        do {
            try await database.migrate()
            try await serve(configuration, database)
        } catch {
            try? await database.close()
            throw explained(error, configuration)
        }
        try await database.close()
    }

    /// What `settings` say of a server, flags left aside.
    /// - Throws: `SettingError` for the first that can't be.
    static func check(_ settings: Settings) async throws {
        var server = try Serve.parse([])
        server.settings = settings
        _ = try server.number(.connections, nil, in: connectionRange, or: 12)
        _ = try await server.configuration()
    }

    private func configuration() async throws -> ServerConfiguration {
        let secrets = try Secrets.read(settings)
        let port = try number(.port, port, in: 0...65_535, or: 8080)
        var configuration = ServerConfiguration(
            host: try settings.value(.host, flag: host) ?? "127.0.0.1",
            port: port,
            secret: secrets.token,
            masterKey: secrets.masterKey,
            node: try settings.value(.node, flag: node) ?? "\(hostName())-\(port == 0 ? Int(getpid()) : port)",
            drain: .seconds(try number(.drain, drain, in: 0...600, or: 5))
        )
        configuration.origins = try allowed(list(.origins, origins))
        configuration.proxies = try proxies(list(.trustedProxies, trustedProxies))
        configuration.signInLimits = SignIns.Limits(
            idle: .seconds(60 * (try number(.signInIdle, signInIdle, in: 1...10_080, or: 120))),
            all: .seconds(3_600 * (try number(.signInLifetime, signInLifetime, in: 1...720, or: 12)))
        )
        configuration.rolesOfTwoFactors = try roles(list(.secondFactor, secondFactor))
        configuration.provider = try ProviderSettings.read(settings)
        configuration.connections = (
            try number(.maxViewers, maxViewers, in: 1...10_000_000, or: 100_000),
            try number(.maxViewersPerAddress, maxViewersPerAddress, in: 1...10_000_000, or: 20_000)
        )
        return configuration
    }

    private func list(_ setting: Setting, _ flag: String?) throws -> [String] {
        (try settings.value(setting, flag: flag) ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
    }

    private func roles(_ texts: [String]) throws -> Set<Role> {
        Set(
            try texts.map { text in
                guard let role = Role(rawValue: text), role != .viewer else {
                    throw SettingError("JOBCAST_SECOND_FACTOR has \(text), which is no role of the staff.")
                }
                return role
            }
        )
    }

    private func proxies(_ texts: [String]) throws -> Proxies {
        do throws(Proxies.Unreadable) {
            return try Proxies(texts)
        } catch {
            throw SettingError(
                "JOBCAST_TRUSTED_PROXIES has \(error.text) and must have addresses or blocks such as 127.0.0.1 or 10.0.0.0/8."
            )
        }
    }

    private func allowed(_ texts: [String]) throws -> Origins {
        do throws(Origins.Unreadable) {
            return try Origins(texts)
        } catch {
            throw SettingError("JOBCAST_ORIGINS has \(error.text), which \(Sentence(of: error.reason)).")
        }
    }

    private func serve(_ configuration: ServerConfiguration, _ database: Database) async throws {
        let logger = database.logger
        let listens: Sentence = "Jobcast listens"
        let log = EventLog(database.settings, pool: database.pool, logger: logger)
        let server = try await buildServer(
            configuration,
            database: database.settings,
            pool: database.pool,
            log: log,
            projections: Projections.all.map { ProjectionRunner($0, log: log, logger: logger) },
            pendingMigrations: { try await database.pendingMigrations() },
            logger: logger,
            onRunning: { port in logger.info("\(listens)", metadata: ["url": "http://\(configuration.host):\(port)"]) }
        )
        try await ServiceGroup(services: [server] + database.keeping, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger).run()
    }

    private func number(_ setting: Setting, _ flag: String?, in range: ClosedRange<Int>, or standard: Int) throws -> Int {
        guard let text = try settings.value(setting, flag: flag) else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw SettingError(
                "\(setting.name) is \(text) and must be a number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }

    /// Says what to do where the system's words don't.
    private func explained(_ error: any Error, _ configuration: ServerConfiguration) -> any Error {
        guard "\(error)".contains("Address already in use") else { return error }
        return SettingError(
            "Port \(configuration.port) on \(configuration.host) is taken: stop what listens there, or choose another with --port."
        )
    }
}

private func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, 255)
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
