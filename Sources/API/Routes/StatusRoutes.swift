import EventSourcing
import EventStore
import Hummingbird
import Processes
import Wire

/// Tells operators, on their page too, how far everything is behind, and why.
struct StatusRoutes {
    let readiness: Readiness

    var routes: [Route] { [Route(.get, "/v1/status", read)] }

    private struct Answer: Encodable {
        struct Projection: Encodable {
            let name: String
            let position: Int64
            let behind: Int
            let behindMs: Int64
            let parked: Int
            let error: String?
        }

        struct Rebuild: Encodable {
            let name: String
            let position: Int64
            let isUnderWay: Bool
        }

        struct Process: Encodable {
            let name: String
            let node: String
            let idleMs: Int64
            let error: String?
        }

        let head: Int64
        let aheadMs: Int64
        let projections: [Projection]
        let rebuilds: [Rebuild]
        let processes: [Process]
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        guard let status = readiness.status else { throw Problem.unavailable("database-unavailable", "The database does not answer.") }
        let projections = status.projections.map { projection in
            Answer.Projection(
                name: projection.name,
                position: projection.position.rawValue,
                behind: projection.behind,
                behindMs: Int64(projection.behindFor / .milliseconds(1)),
                parked: projection.parked,
                error: projection.error
            )
        }
        let answer = Answer(
            head: status.head.rawValue,
            aheadMs: Int64(status.ahead / .milliseconds(1)),
            projections: projections,
            rebuilds: status.rebuilds.map { Answer.Rebuild(name: $0.name, position: $0.position.rawValue, isUnderWay: $0.isUnderWay) },
            processes: readiness.processes.map {
                Answer.Process(name: $0.name, node: $0.node, idleMs: Int64($0.idleFor / .milliseconds(1)), error: $0.error)
            }
        )
        return .bytes(encoded(answer), type: "application/json")
    }
}
