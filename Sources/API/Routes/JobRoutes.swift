import Access
import Commands
import EventSourcing
import EventStore
import Hummingbird
import ReadModels
import Recruiting
import Wire

struct JobRoutes {
    let commands: CommandHandler
    let queries: Queries
    let now: @Sendable () -> Timestamp

    var routes: [Route] {
        [
            Route(.post, "/v1/jobs", post),
            Route(.get, "/v1/jobs", list),
            Route(.get, "/v1/jobs/{id}", read),
            Route(.post, "/v1/jobs/{id}/revision", revise),
            Route(.post, "/v1/jobs/{id}/openings", changeOpenings),
            Route(.post, "/v1/jobs/{id}/withdrawal", withdraw),
            Route(.get, "/v1/jobs/{id}/changes", changes),
            Route(.post, "/v1/lint", lint),
            Route(.get, "/v1/occupations", occupations),
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

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        var search = PostedPositions.Search(
            company: request.query("company").flatMap { CompanyID($0) },
            status: request.query("status"),
            words: request.query("q")
        )
        search.pay = request.number("pay")
        search.region = request.query("region")
        search.occupation = request.query("occupation")
        search.scope = scope(of: request.identity)
        return try await queries.page(of: request, PostedPositions.list(request.listOrder() ?? .posting, search))
    }

    /// Staff see what belongs to those that their grants are for, and others what anybody may see.
    private func scope(of caller: Identity?) -> PostedPositions.Scope {
        guard let caller, caller.has(.readJobs) else { return .everybody(on: now().chinaDate) }
        guard let own = caller.organisations(.readJobs) else {
            // A host's grant for everywhere is for what is the host's own.
            return caller.may(.readJobs, Owner()) ? .all : .owners([caller.subject])
        }
        return .owners(own.map(\.description) + [caller.subject])
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Job.self)
        return try await queries.one(or: "There is no such job.") { pool in
            guard let found = try await PostedPositions.find(id, in: pool) else { return nil }
            let owner = Owner(organisation: found.organisation, company: found.company, person: found.postedBy)
            let isStaffs = request.identity?.may(.readJobs, owner) ?? false
            guard isStaffs || found.isVetted else { return nil }
            return JobAdditions.adding(to: found.object, withFindings: isStaffs)
        }
    }

    @Sendable private func changes(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Job.self)
        guard let history = try await commands.read({ try await $0.histories(of: [id])[id] }),
            let now = history.posting(at: history.version)
        else { throw CommandError.notFound(.job) }
        try request.caller.require(.readJobs, now.owner)
        let first = request.number("from") ?? history.vettedVersion ?? 1
        guard let before = history.posting(at: first) else {
            throw Problem.invalid([.parameter("from", Reason("version-unknown", "is no version of the job"))])
        }
        return .json(JobChanges(from: first, to: history.version, changes: before.differences(to: now)))
    }

    @Sendable private func lint(_ request: CheckedRequest) async throws -> Response {
        var draft = try request.body(as: JobDraft.self)
        for (field, text) in draft.texts { draft.texts[field] = try JobTexts.checked(text, field) }
        return .json(JobAdditions(draft, withFindings: true))
    }

    @Sendable private func occupations(_ request: CheckedRequest) async throws -> Response {
        let found = Occupations.known.matching(request.query("q") ?? "")
        return .list(found.prefix(request.number("limit") ?? 50).map { encoded($0) }, headers: [:])
    }
}

/// What reads otherwise in two versions of a job.
struct JobChanges: Encodable {
    let from: Int
    let to: Int
    let changes: [JobDifference]
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
