import Access
import Commands
import Crypto
import EventSourcing
import EventStore
import FoundationEssentials
import Hummingbird
import Imports
import Pages
import Recruiting
import Tables
import Wire

/// Tables of jobs: read, looked at, understood otherwise, corrected, posted.
struct ImportRoutes {
    let commands: CommandHandler
    let queries: Queries
    let store: ImportStore
    let desk: ImportDesk

    init(commands: CommandHandler, queries: Queries, store: ImportStore, now: @escaping @Sendable () -> Timestamp) {
        (self.commands, self.queries, self.store) = (commands, queries, store)
        desk = ImportDesk(commands: commands, queries: queries, store: store, now: now)
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/imports", list),
            Route(.put, "/v1/imports/{id}", read),
            Route(.get, "/v1/imports/{id}", find),
            Route(.delete, "/v1/imports/{id}", discard),
            Route(.put, "/v1/imports/{id}/matching", match),
            Route(.get, "/v1/imports/{id}/rows", rows),
            Route(.get, "/v1/imports/{id}/corrections", corrections),
            Route(.post, "/v1/imports/{id}/commit", commit),
        ]
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        .list(try await store.list(of: request.caller.author), headers: [:])
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: JobBatch.self)
        let caller = try request.caller
        let organisation = try caller.organisation(request.query("organisation").flatMap { OrganisationID($0) }, for: .postJob)
        let name = try (request.query("name") ?? "").checkedLine("name", atMost: 200)
        let digest = Array(SHA256.hash(data: request.body + Array((request.query("sheet") ?? "").utf8)))
        switch try await store.begin(id, .init(owner: caller.author, organisation: organisation, name: name, digest: digest)) {
        case .known: return .bytes(try await reached(request).object, type: "application/json")
        case .taken: throw Problem.conflict("import-taken", "Another file has this name already; take a new one.")
        case .begun(let attempt):
            let work = ImportDesk.Work(id: id, attempt: attempt, organisation: organisation, caller: caller)
            try await told { try await desk.read(request.body, sheet: request.query("sheet"), into: work) }
            let path = "/v1/imports/\(id)"
            return .bytes(try await reached(request).object, type: "application/json", status: .created, headers: [.location: path])
        }
    }

    @Sendable private func find(_ request: CheckedRequest) async throws -> Response {
        .bytes(try await reached(request).object, type: "application/json")
    }

    @Sendable private func discard(_ request: CheckedRequest) async throws -> Response {
        let stored = try await reached(request)
        guard stored.state != "posted" else {
            throw Problem.conflict("import-posted", "These jobs are posted; nothing of it changes any more.")
        }
        guard try await store.discard(stored.id) else { throw Problem.notReady }
        return Response(status: .noContent)
    }

    @Sendable private func match(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: MatchingBody.self)
        let stored = try await reached(request)
        guard stored.state != "posted" else {
            throw Problem.conflict("import-posted", "These jobs are posted; nothing of it changes any more.")
        }
        guard stored.summary != nil, let attempt = try await store.begin(checking: stored.id) else { throw Problem.notReady }
        let work = try ImportDesk.Work(id: stored.id, attempt: attempt, organisation: stored.organisation, caller: request.caller)
        try await told { try await desk.check(stored, body.matching, work) }
        return try await find(request)
    }

    @Sendable private func rows(_ request: CheckedRequest) async throws -> Response {
        let stored = try await reached(request)
        return try await queries.page(of: request, ImportStore.rows(of: stored.id, status: request.query("status")))
    }

    @Sendable private func corrections(_ request: CheckedRequest) async throws -> Response {
        let stored = try await reached(request)
        guard let summary = stored.summary else { throw Problem.notReady }
        let words = ImportWords(isChinese: request.query("language") != "en", labels: summary.labels)
        var file = Corrections(labels: summary.knownLabels, problem: words.problem)
        try await store.corrections(of: stored.id, onlyFaulty: request.query("rows") == "faulty") { row in
            file.add(row.cells, words.sentence(row))
        }
        return .bytes(
            file.bytes,
            type: "text/csv; charset=utf-8",
            headers: [.contentDisposition: "attachment; filename=\"corrections.csv\""]
        )
    }

    @Sendable private func commit(_ request: CheckedRequest) async throws -> Response {
        let stored = try await reached(request)
        let wantsAll = try request.body(as: CommitBody.self).rows == .all
        if stored.state == "posted" { return .bytes(stored.object, type: "application/json") }
        guard stored.state == "ready", let summary = stored.summary else { throw Problem.notReady }
        guard summary.undecided == 0 else {
            throw Problem.conflict("import-undecided", "Say of every column what it is, or that it is to be ignored.")
        }
        guard !wantsAll || summary.counts.faulty == 0 else {
            throw Problem.conflict("import-faulty", "Some rows have faults; correct them, or post the good ones alone.")
        }
        let posted = try await post(stored, request.write)
        let result = CommitResult(posted: posted?.count ?? 0, position: posted?.last)
        try await store.markPosted(stored.id, result: encoded(result))
        return try await find(request)
    }

    /// Posts the good rows by one append, under a key of the import's own: whoever does it, and however often.
    private func post(_ stored: StoredImport, _ write: Write) async throws -> LogRange? {
        let rows = try await store.postings(of: stored.id)
        guard !rows.isEmpty else { return nil }
        let key = AppendKey(id: UUID(namespace: stored.id.uuid, name: "commit"), fingerprint: 0)
        let useCase = ImportJobs(rows.map { .init($0.job, $0.posting) }, of: stored.organisation)
        do {
            let recorded = try await commands.handle(useCase, Write(by: write.caller, key: key))
            return recorded.isNew ? recorded.range : nil
        } catch CommandError.unpostable(let faults) {
            throw Problem.outdated(faults.map { .at(line: rows[$0.index].number, column: nil, $0.reason) })
        }
    }

    /// The import that the path names, if the caller may go on with it.
    /// - Throws: 404 for what isn't there, isn't any more, or is another's.
    private func reached(_ request: CheckedRequest) async throws -> StoredImport {
        let caller = try request.caller
        guard let stored = try await store.find(request.id(of: JobBatch.self)),
            try caller.author == stored.owner || caller.may(.postJob, Owner(organisation: stored.organisation, person: stored.owner))
        else { throw Problem.notFound("There is no such import; one is forgotten a day after its file came.") }
        return stored
    }

    private func told(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let fault as TableFault {
            throw Problem.sheet(fault)
        } catch is ImportSuperseded {
            throw Problem.conflict("import-superseded", "Somebody else has begun the same anew; look at the import again.")
        }
    }
}

/// `PUT /v1/imports/{id}/matching`
private struct MatchingBody: Decodable {
    let header: Matching.Header?
    let columns: [Matching.Use]?
    let filled: [Int]?
    let constants: [String: String]?

    /// A header that moves has its columns guessed anew.
    @Sendable func matching(_ table: Table) throws -> Matching {
        var matching = header.map { Matching(header: $0, of: table) } ?? Matching(guessing: table)
        if let columns {
            guard columns.count == matching.columns.count else {
                throw Problem.invalid([
                    .at("/columns", Reason("columns-miscounted", "must have {count} items", ["count": "\(matching.columns.count)"]))
                ])
            }
            matching.columns = columns
        }
        matching.filled = Set(filled ?? [])
        for (name, text) in constants ?? [:] {
            guard let column = JobColumn(rawValue: name) else {
                throw Problem.invalid([.at("/constants/\(name)", .notOneOf(JobColumn.allCases.map(\.rawValue)))])
            }
            if !text.asSeen.isEmpty { matching.constants[column] = text }
        }
        return matching
    }
}

/// `POST /v1/imports/{id}/commit`
private struct CommitBody: Decodable {
    enum Rows: String, Decodable {
        case all, good
    }

    let rows: Rows
}

/// What came of an import.
private struct CommitResult: Encodable {
    let posted: Int
    /// The position of the last event.
    let position: LogPosition?
}

extension Problem {
    fileprivate static func conflict(_ code: String, _ detail: String) -> Problem {
        Problem(code: code, status: .conflict, detail: detail)
    }

    fileprivate static var notReady: Problem { conflict("import-not-ready", "The table is still being read; ask again in a moment.") }

    fileprivate static func outdated(_ faults: [Fault]) -> Problem {
        Problem(code: "import-outdated", status: .conflict, detail: CommandError.unpostable([]).explanation, faults: faults)
    }

    fileprivate static func sheet(_ fault: TableFault) -> Problem {
        let place: Fault = fault.line.map { .at(line: $0, column: nil, fault.reason) } ?? .at("", fault.reason)
        return Problem(code: "invalid-sheet", status: .unprocessableContent, detail: "The file can't be read as a table.", faults: [place])
    }
}
