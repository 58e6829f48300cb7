import Access
import Commands
import EventSourcing
import EventStore
import Hummingbird
import ReadModels
import Recruiting

/// The reviewers' desk: which jobs wait, and what was found of them.
struct VettingRoutes {
    let commands: CommandHandler
    let queries: Queries

    var routes: [Route] {
        [
            Route(.post, "/v1/vettings", vet),
            Route(.get, "/v1/vettings/queue", queue),
        ]
    }

    @Sendable private func vet(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Vetting.self)
        let verdict = try verdict(body, by: request.caller.author)
        let recorded = try await commands.handle(VetJobs(body.jobs, verdict, versions: body.judged()), request.write)
        return .json(VettingReceipt(vetted: recorded.isNew ? recorded.range.count : 0, position: recorded.range.last))
    }

    private func verdict(_ body: Vetting, by reviewer: Subject) throws -> VetJobs.Verdict {
        let checks = try body.checks?.checked("checks", atMost: 200)
        return switch body.decision {
        case .approve: .approve(by: reviewer, checks: checks)
        case .reject: .reject(try JobRejected(by: reviewer, findings: body.findings ?? []))
        }
    }

    @Sendable private func queue(_ request: CheckedRequest) async throws -> Response {
        let list = PostedPositions.queue(
            request.listOrder() ?? .oldest,
            company: request.query("company").flatMap { CompanyID($0) },
            region: request.query("region"),
            words: request.query("q"),
            revised: request.query("revised").map { $0 == "true" }
        )
        return try await queries.page(of: request, list)
    }
}

/// `POST /v1/vettings`
private struct Vetting: Decodable {
    enum Decision: String, Decodable {
        case approve, reject
    }

    let jobs: [JobID]
    let decision: Decision
    /// What is wrong with the jobs; needed to reject.
    let findings: [String]?
    /// What was looked at.
    let checks: [String]?
    /// The version of each job that was looked at, in the order of `jobs`.
    let versions: [Int]?

    func judged() throws -> [JobID: Int] {
        guard let versions else { return [:] }
        guard versions.count == jobs.count else {
            throw Invalid(field: "versions", reason: Reason("one-for-each-job", "must be one for each job"))
        }
        return Dictionary(zip(jobs, versions)) { first, _ in first }
    }
}

/// What a vetting of many jobs answers.
private struct VettingReceipt: Encodable {
    /// How many jobs changed by it.
    let vetted: Int
    let position: LogPosition
}
