import Access
import Commands
import EventSourcing
import EventStore
import Hummingbird
import ReadModels
import Recruiting

struct JobRoutes {
    let commands: CommandHandler
    let queries: Queries

    var routes: [Route] {
        [
            Route(.post, "/v1/jobs", post),
            Route(.get, "/v1/jobs", list),
            Route(.get, "/v1/jobs/{id}", read),
            Route(.post, "/v1/jobs/{id}/revision", revise),
            Route(.post, "/v1/jobs/{id}/openings", changeOpenings),
            Route(.post, "/v1/jobs/{id}/withdrawal", withdraw),
            Route(.post, "/v1/vettings", vet),
        ]
    }

    @Sendable private func post(_ request: CheckedRequest) async throws -> Response {
        let posting = try request.body(as: NewJob.self).posting(by: request.caller)
        let recorded = try await commands.handle(PostJob(JobID(request.write.newID()), posting), request.write)
        return .receipt(recorded, at: "/v1/jobs/{id}", status: .created)
    }

    @Sendable private func revise(_ request: CheckedRequest) async throws -> Response {
        try await change(request, .revise(request.body(as: Revision.self).revised()))
    }

    @Sendable private func changeOpenings(_ request: CheckedRequest) async throws -> Response {
        try await change(request, .openings(request.body(as: Openings.self).openings))
    }

    @Sendable private func withdraw(_ request: CheckedRequest) async throws -> Response {
        try await change(request, .withdraw(JobWithdrawn(reason: request.body(as: ReasonBody.self).reason)))
    }

    private func change(_ request: CheckedRequest, _ change: ChangeJob.Change) async throws -> Response {
        .receipt(try await commands.handle(ChangeJob(request.id(), change), request.write), at: "/v1/jobs/{id}")
    }

    @Sendable private func vet(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Vetting.self)
        let verdict = try verdict(body, by: request.caller.author)
        let recorded = try await commands.handle(VetJobs(body.jobs, verdict), request.write)
        return .json(VettingReceipt(vetted: recorded.isNew ? recorded.range.count : 0, position: recorded.range.last))
    }

    private func verdict(_ body: Vetting, by reviewer: Subject) throws -> VetJobs.Verdict {
        switch body.decision {
        case .approve: .approve(JobVetted(by: reviewer))
        case .reject: .reject(try JobRejected(by: reviewer, findings: body.findings ?? []))
        }
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let list = PostedPositions.list(
            request.listOrder() ?? .posting,
            company: request.query("company").flatMap { CompanyID($0) },
            status: request.query("status"),
            words: request.query("q")
        )
        return try await queries.page(of: request, list)
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Job.self)
        return try await queries.one(or: "There is no such job.") { try await PostedPositions.find(id, in: $0) }
    }
}

/// `POST /v1/jobs`
private struct NewJob: Decodable {
    let company: CompanyID
    let title: String
    let occupation: String
    let duties: String
    let conditions: String
    let place: String
    let region: Region
    let pay: PayRange
    let terms: JobTerms?
    let occupationCode: OccupationCode?
    let skillsGrade: Int?
    let openings: Int
    let validThrough: CalendarDate
    let source: Source
    /// To which it belongs; absent for the caller's only one.
    let organisation: OrganisationID?

    func posting(by caller: Identity) throws -> JobPosted {
        try JobPosted(
            company: company,
            texts: JobTexts(title: title, occupation: occupation, duties: duties, conditions: conditions, place: place),
            region: region,
            pay: pay.pay(),
            terms: terms,
            occupationCode: occupationCode,
            skillsGrade: skillsGrade,
            openings: openings,
            validThrough: validThrough,
            source: JobSource(kind: source.kind, name: source.name),
            by: caller.author,
            organisation: caller.organisation(organisation, for: .postJob)
        )
    }
}

/// What a job pays, in whole yuan per unit.
private struct PayRange: Decodable {
    let minimum: Int
    let maximum: Int
    let unit: Pay.Unit
    let salaries: Int?

    func pay() throws -> Pay { try Pay(minimum: minimum, maximum: maximum, unit: unit, salaries: salaries) }
}

/// Whose posting it is; a repost names where it was taken from.
private struct Source: Decodable {
    let kind: JobSource.Kind
    let name: String?
}

/// `POST /v1/jobs/{id}/revision`: only what changes.
private struct Revision: Decodable {
    let title: String?
    let occupation: String?
    let duties: String?
    let conditions: String?
    let place: String?
    let region: Region?
    let pay: PayRange?
    let terms: JobTerms?
    let occupationCode: OccupationCode?
    let skillsGrade: Int?
    let validThrough: CalendarDate?
    /// What the job says no more.
    let removed: [JobRevised.Removable]?

    func revised() throws -> JobRevised {
        let texts: [JobTexts.Field: String?] = [
            .title: title, .occupation: occupation, .duties: duties, .conditions: conditions, .place: place,
        ]
        return try JobRevised(
            texts: texts.compactMapValues(\.self),
            region: region,
            pay: pay?.pay(),
            terms: terms,
            occupationCode: occupationCode,
            skillsGrade: skillsGrade,
            validThrough: validThrough,
            removed: removed ?? []
        )
    }
}

/// `POST /v1/jobs/{id}/openings`; zero fills the job.
private struct Openings: Decodable {
    let openings: Int
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
}

/// What a vetting of many jobs answers.
private struct VettingReceipt: Encodable {
    /// How many jobs changed by it.
    let vetted: Int
    let position: LogPosition
}
