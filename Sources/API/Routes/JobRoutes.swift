import EventStore
import Hummingbird
import ReadModels
import Recruiting
import Wire

struct JobRoutes {
    let ledger: Ledger
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
            Route(.post, "/v1/vettings", vet),
        ]
    }

    @Sendable private func post(_ request: CheckedRequest) async throws -> Response {
        let posting = try request.body(as: NewJob.self).posting(by: request.caller.author)
        try request.caller.mayActFor(posting.company)
        let id = try JobID(request.order.newID())
        let (stream, company) = (Job.stream(id), Company.stream(posting.company))
        let recorded = try await ledger.record(request.order, on: stream) { reading in
            guard try await reading.look(at: [company], Company.self)[company] != .unregistered else {
                throw Problem.invalid([.at("/company", "is not registered; register it first")])
            }
            return Decision(stream, try Job.decide(.post(posting, at: now()), try await reading.begun(Job.self, stream)))
        }
        return .receipt(recorded, at: "/v1/jobs/{id}", status: .created)
    }

    @Sendable private func revise(_ request: CheckedRequest) async throws -> Response {
        let revision = try request.body(as: Revision.self).revised()
        return try await change(request, .revise(revision, at: now()))
    }

    @Sendable private func changeOpenings(_ request: CheckedRequest) async throws -> Response {
        try await change(request, .changeOpenings(try request.body(as: Openings.self).openings))
    }

    @Sendable private func withdraw(_ request: CheckedRequest) async throws -> Response {
        try await change(request, .withdraw(try JobWithdrawn(reason: try request.body(as: Reason.self).reason)))
    }

    private func change(_ request: CheckedRequest, _ command: Job.Command) async throws -> Response {
        let id = try request.id(of: Job.self)
        let recorded = try await ledger.record(request.order, on: Job.stream(id)) { reading in
            let state = try await reading.job(id)
            guard let posting = state.posting else { throw Problem.notFound("There is no such job.") }
            try request.caller.mayChange(posting)
            return Decision(Job.stream(id), try Job.decide(command, state))
        }
        return .receipt(recorded, at: "/v1/jobs/{id}")
    }

    @Sendable private func vet(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Vetting.self)
        let command = try command(body, by: request.caller.author)
        let streams = body.jobs.map(Job.stream)
        let recorded = try await ledger.record(request.order, on: streams[0]) { reading in
            let states = try await reading.states(Job.self, streams)
            var decision = Decision()
            var faults: [Problem.Fault] = []
            for (index, stream) in streams.enumerated() where decision.events.last?.stream != stream {
                do throws(Job.Rejection) {
                    decision.add(try Job.decide(command, states[stream] ?? Job.initial), to: stream)
                } catch {
                    faults.append(.at("/jobs/\(index)", error.explanation))
                }
            }
            guard faults.isEmpty else {
                throw Problem(code: "jobs-not-vettable", status: .conflict, detail: "Nothing was written.", faults: faults)
            }
            return decision
        }
        return .json(VettingReceipt(vetted: recorded.isNew ? recorded.range.count : 0, position: recorded.range.last))
    }

    private func command(_ body: Vetting, by reviewer: Subject) throws -> Job.Command {
        switch body.decision {
        case .approve: .vet(JobVetted(by: reviewer), at: now())
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

extension NewJob {
    fileprivate func posting(by author: Subject) throws -> JobPosted {
        try JobPosted(
            company: company,
            texts: JobTexts(title: title, occupation: occupation, duties: duties, conditions: conditions, place: place),
            region: region,
            pay: pay.pay(),
            openings: openings,
            validThrough: validThrough,
            source: JobSource(kind: source.kind, name: source.name),
            by: author
        )
    }
}

extension Revision {
    fileprivate func revised() throws -> JobRevised {
        let texts: [JobTexts.Field: String?] = [
            .title: title, .occupation: occupation, .duties: duties, .conditions: conditions, .place: place,
        ]
        return try JobRevised(texts: texts.compactMapValues(\.self), region: region, pay: pay?.pay(), validThrough: validThrough)
    }
}

extension PayRange {
    fileprivate func pay() throws -> Pay { try Pay(minimum: minimum, maximum: maximum, unit: unit) }
}
