import Commands
import Fanout
import Hummingbird
import HummingbirdCore
import Live
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// What rooms are made of, and those in them.
struct RoomSide {
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
