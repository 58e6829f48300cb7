import EventSourcing
import EventStore
import Fanout
import Live
import Processes

/// Every family of figures but those that are counted where they arise, with what it is measured by.
extension Metrics {
    /// Tells what this process knows of itself.
    func measure(log: EventLog, feed: LiveFeed, hub: Hub, presence: Presence) {
        describe("jobcast_log_position", "The newest position this process knows of.")
        gauge("jobcast_log_position") { Double(log.head.position.rawValue) }
        describe("jobcast_rooms_position", "How far the rooms have followed the log.")
        gauge("jobcast_rooms_position") { Double(feed.progress.position.rawValue) }
        describe("jobcast_append_seconds", "Time from a write's append to its answer.")
        describe("jobcast_viewers", "Viewers in rooms of this process.")
        gauge("jobcast_viewers") { Double(hub.viewerCount) }
        describe("jobcast_live_connections", "Viewers' connections to this process, joined or not.")
        gauge("jobcast_live_connections") { Double(hub.connectionCount) }
        describe("jobcast_greetings_encoded_total", "Greetings of rooms that were encoded; many viewers share one.")
        describe("jobcast_observations_dropped", "Observations dropped because the log took no more.")
        gauge("jobcast_observations_dropped") { Double(presence.dropped) }
        describe("jobcast_http_requests_total", "Requests answered.")
        describe("jobcast_http_request_seconds", "Time from a request's head to its answer.")
    }

    /// What the database says of the projections: NaN while it doesn't answer.
    func measure(projections: [ProjectionRunner], _ readiness: Readiness) {
        describe("jobcast_database_up", "1 while the database answers.")
        gauge("jobcast_database_up") { readiness.status == nil ? 0 : 1 }
        describe("jobcast_projection_position", "How far a projection has folded the log.")
        describe("jobcast_projection_behind_events", "Events that a projection has not folded yet.")
        describe("jobcast_projection_behind_seconds", "Since the oldest event that a projection has not folded yet was recorded.")
        describe("jobcast_projection_parked_events", "Events that a projection could not fold and passed over.")
        for name in projections.map(\.projection.name) {
            func tell(_ family: String, _ value: @escaping @Sendable (LogStatus.ProjectionStatus) -> Double) {
                gauge(family, ["projection": name]) {
                    readiness.status?.projections.first { $0.name == name }.map(value) ?? .nan
                }
            }
            tell("jobcast_projection_position") { Double($0.position.rawValue) }
            tell("jobcast_projection_behind_events") { Double($0.behind) }
            tell("jobcast_projection_behind_seconds") { $0.behindFor / .seconds(1) }
            tell("jobcast_projection_parked_events") { Double($0.parked) }
        }
    }

    /// What the database says of the processes: NaN while it doesn't answer, or before one has ever run.
    func measure(processes: [String], _ readiness: Readiness) {
        describe("jobcast_process_idle_seconds", "Since a process last looked for what is due.")
        describe("jobcast_process_failing", "1 when a process could not do all that was due.")
        for name in processes {
            func tell(_ family: String, _ value: @escaping @Sendable (ProcessStatus) -> Double) {
                gauge(family, ["process": name]) { readiness.processes.first { $0.name == name }.map(value) ?? .nan }
            }
            tell("jobcast_process_idle_seconds") { $0.idleFor / .seconds(1) }
            tell("jobcast_process_failing") { $0.error == nil ? 0 : 1 }
        }
    }
}
