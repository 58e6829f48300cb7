import Access
import Commands
import EventSourcing
import FoundationEssentials
import Imports
import Postgres
import ReadModels
import Recruiting
import Synchronization
import Tables

/// Reads tables of jobs into imports and checks them, one at a time so that memory is bounded, however many come at once. A few wait, and
/// who comes then is told to come back.
struct ImportDesk: Sendable {
    let commands: CommandHandler
    let queries: Queries
    let store: ImportStore
    let now: @Sendable () -> Timestamp
    private let turn = OneAtATime()

    init(commands: CommandHandler, queries: Queries, store: ImportStore, now: @escaping @Sendable () -> Timestamp) {
        (self.commands, self.queries, self.store, self.now) = (commands, queries, store, now)
    }

    /// More tables wait to be read than memory is kept for.
    struct Busy: Error {}

    /// Each that waits holds its file, of 16 MiB at most: together some 200 MB.
    private static let mostWaiting = 8
    /// How often others are told how far a work is.
    private static let pulse = Duration.milliseconds(250)

    /// Reads a file into the import that has been begun for it.
    /// - Throws: ``TableFault`` and ``Busy``, after which there is no such import any more.
    func read(_ file: [UInt8], sheet: String?, into work: Work) async throws {
        do {
            try await turn.take(behind: Self.mostWaiting) {
                try await telling(work, "reading") { done in
                    let table = try await onOwnThread(named: "table") {
                        try Table.read(file, sheet: sheet, limits: .jobs) { try done.reached($0) }
                    }
                    try await check(table, Matching(guessing: table), nil, work, done)
                }
            }
        } catch let error where error is TableFault || error is Busy {
            try await store.drop(work.id, work.attempt)
            throw error
        }
    }

    /// Checks an import again, understood in another way.
    func check(_ stored: StoredImport, _ matching: @escaping @Sendable (Table) throws -> Matching, _ work: Work) async throws {
        try await turn.take {
            try await telling(work, "checking") { done in
                let table = try await store.table(of: stored)
                try await check(table, try matching(table), stored.summary?.source, work, done)
            }
        }
    }

    /// An import that is being worked on, by whom and for whom.
    struct Work: Sendable {
        let id: BatchID
        let attempt: UUID
        let organisation: OrganisationID?
        let caller: Identity
    }

    private func check(_ table: Table, _ matching: Matching, _ source: ImportSummary.Source?, _ work: Work, _ done: Done) async throws {
        var summary = ImportSummary(table, matching)
        summary.source = source ?? summary.source
        let companies = try await companies(JobRowReader.companies(of: table, matching), work)
        let posting = JobRowReader.Posting(batch: work.id, organisation: work.organisation, today: now().chinaDate)
        let reader = JobRowReader(matching, labels: summary.labels, companies: companies, posting)
        done.begin("checking")
        try await store.keep(table, summary, by: reader, of: work.id, work.attempt) { try done.reached($0) }
    }

    /// What each text is by which rows name companies.
    private func companies(_ texts: Set<String>, _ work: Work) async throws -> [String: CompanyOfRow] {
        let spellings = Dictionary(uniqueKeysWithValues: texts.map { ($0, CompanyOfRow.spellings(of: $0)) })
        let found = try await queries.read { pool in try await Companies.named(Set(spellings.values.joined()), in: pool) }
        let (refused, rule) = try await commands.read { reads in
            (try await reads.refusals(of: Set(found.map(\.id))), try await reads.postingRule(of: work.organisation))
        }
        let known = found.map { company in
            let isAllowed = (try? rule.allows(company.id, work.caller)) == true
            let refusal = refused[company.id] ?? (isAllowed ? nil : .companyOfOthers)
            return (company.name, company.uscc, refusal.map { CompanyOfRow.refused($0) } ?? .known(company.id, name: company.name))
        }
        let byText = Dictionary(known.flatMap { [($0.0, [$0.2]), ($0.1, [$0.2])] }) { $0 + $1 }
        let outcomes = spellings.map { text, spellings in
            let companies = Set(spellings.flatMap { byText[$0] ?? [] })
            return (text, companies.count > 1 ? CompanyOfRow.ambiguous : companies.first ?? .unknown(text))
        }
        return Dictionary(uniqueKeysWithValues: outcomes)
    }

    /// Tells how far `body` is while it goes on.
    private func telling(_ work: Work, _ state: String, _ body: @escaping @Sendable (Done) async throws -> Void) async throws {
        let done = Done(state)
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await body(done) }
                group.addTask {
                    while true {
                        try await Task.sleep(for: Self.pulse)
                        let (state, count) = done.now
                        try await store.tell(work.id, work.attempt, state: state, done: count)
                    }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        } onCancel: {
            done.stop()
        }
    }
}

/// How far a work is, for those who look at it from outside.
private final class Done: Sendable {
    private let value: Mutex<(state: String, count: Int)>
    private let isUnwanted = Atomic(false)

    init(_ state: String) {
        value = Mutex((state, 0))
    }

    var now: (state: String, count: Int) { value.withLock { $0 } }

    func begin(_ state: String) { value.withLock { $0 = (state, 0) } }

    /// - Throws: `CancellationError` when nobody wants it any more.
    func reached(_ count: Int) throws {
        value.withLock { $0.count = count }
        if isUnwanted.load(ordering: .relaxed) { throw CancellationError() }
    }

    func stop() { isUnwanted.store(true, ordering: .relaxed) }
}
