import EventStore
import Hummingbird
import ReadModels
import Recruiting
import Wire

struct PositionRoutes {
    let ledger: Ledger
    let queries: Queries
    let now: @Sendable () -> Timestamp

    var routes: [Route] {
        [
            Route(.post, "/v1/positions", post),
            Route(.get, "/v1/positions", list),
            Route(.get, "/v1/positions/{id}", read),
            Route(.post, "/v1/positions/{id}/revision", revise),
            Route(.post, "/v1/positions/{id}/openings", changeOpenings),
            Route(.post, "/v1/positions/{id}/withdrawal", withdraw),
            Route(.post, "/v1/vettings", vet),
        ]
    }

    @Sendable private func post(_ request: CheckedRequest) async throws -> Response {
        let posting = try request.body(as: NewPosition.self).posting(by: request.caller.author)
        try request.caller.mayActFor(posting.company)
        let id = try PositionID(request.order.newID())
        let (stream, company) = (Position.stream(id), Company.stream(posting.company))
        let recorded = try await ledger.record(request.order, on: stream) { reading in
            guard try await reading.look(at: [company], Company.self)[company] != .unregistered else {
                throw Problem.invalid([.at("/company", "is not registered; register it first")])
            }
            return Decision(stream, try Position.decide(.post(posting, at: now()), try await reading.begun(Position.self, stream)))
        }
        return .receipt(recorded, at: "/v1/positions/{id}", status: .created)
    }

    @Sendable private func revise(_ request: CheckedRequest) async throws -> Response {
        let revision = try request.body(as: Revision.self).revised()
        return try await change(request, .revise(revision, at: now()))
    }

    @Sendable private func changeOpenings(_ request: CheckedRequest) async throws -> Response {
        try await change(request, .changeOpenings(try request.body(as: Openings.self).openings))
    }

    @Sendable private func withdraw(_ request: CheckedRequest) async throws -> Response {
        try await change(request, .withdraw(try PositionWithdrawn(reason: try request.body(as: Reason.self).reason)))
    }

    private func change(_ request: CheckedRequest, _ command: Position.Command) async throws -> Response {
        let id = try request.id(of: Position.self)
        let recorded = try await ledger.record(request.order, on: Position.stream(id)) { reading in
            let state = try await reading.position(id)
            guard let posting = state.posting else { throw Problem.notFound("There is no such position.") }
            try request.caller.mayChange(posting)
            return Decision(Position.stream(id), try Position.decide(command, state))
        }
        return .receipt(recorded, at: "/v1/positions/{id}")
    }

    @Sendable private func vet(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Vetting.self)
        let command = try command(body, by: request.caller.author)
        let streams = body.positions.map(Position.stream)
        let recorded = try await ledger.record(request.order, on: streams[0]) { reading in
            let states = try await reading.states(Position.self, streams)
            var decision = Decision()
            var faults: [Problem.Fault] = []
            for (index, stream) in streams.enumerated() where decision.events.last?.stream != stream {
                do throws(Position.Rejection) {
                    decision.add(try Position.decide(command, states[stream] ?? Position.initial), to: stream)
                } catch {
                    faults.append(.at("/positions/\(index)", error.explanation))
                }
            }
            guard faults.isEmpty else {
                throw Problem(code: "positions-not-vettable", status: .conflict, detail: "Nothing was written.", faults: faults)
            }
            return decision
        }
        return .json(VettingReceipt(vetted: recorded.isNew ? recorded.range.count : 0, position: recorded.range.last))
    }

    private func command(_ body: Vetting, by reviewer: Subject) throws -> Position.Command {
        switch body.decision {
        case .approve: .vet(PositionVetted(by: reviewer), at: now())
        case .reject: .reject(try PositionRejected(by: reviewer, findings: body.findings ?? []))
        }
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let company = request.query("company").flatMap { CompanyID($0) }
        return try await queries.page(of: request) { cursor, limit, pool in
            try await PostedPositions.list(company: company, status: request.query("status"), after: cursor, limit: limit, in: pool)
        }
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Position.self)
        return try await queries.one(or: "There is no such position.") { try await PostedPositions.find(id, in: $0) }
    }
}

extension NewPosition {
    fileprivate func posting(by author: Subject) throws -> PositionPosted {
        try PositionPosted(
            company: company,
            texts: PositionTexts(title: title, occupation: occupation, duties: duties, conditions: conditions, place: place),
            region: region,
            pay: pay.pay(),
            openings: openings,
            validThrough: validThrough,
            source: PositionSource(kind: source.kind, name: source.name),
            by: author
        )
    }
}

extension Revision {
    fileprivate func revised() throws -> PositionRevised {
        let texts: [PositionTexts.Field: String?] = [
            .title: title, .occupation: occupation, .duties: duties, .conditions: conditions, .place: place,
        ]
        return try PositionRevised(texts: texts.compactMapValues(\.self), region: region, pay: pay?.pay(), validThrough: validThrough)
    }
}

extension PayRange {
    fileprivate func pay() throws -> Pay { try Pay(minimum: minimum, maximum: maximum, unit: unit) }
}
