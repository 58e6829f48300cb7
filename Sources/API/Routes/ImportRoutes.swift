import EventSourcing
import EventStore
import FoundationEssentials
import Hummingbird
import Postgres
import Recruiting
import Synchronization
import Wire

/// Jobs by the thousand, from a table: all of them or none.
struct ImportRoutes {
    let ledger: Ledger
    let now: @Sendable () -> Timestamp

    var routes: [Route] {
        [Route(.post, "/v1/imports", importSheet)]
    }

    /// The companies of a sheet's rows, by their codes.
    private typealias Owners = [UnifiedSocialCreditCode: CompanyID]

    @Sendable private func importSheet(_ request: CheckedRequest) async throws -> Response {
        let order = try request.order
        let batch = BatchID(order.newID())
        let rows = try await Self.rows(request.body)
        let owners = Dictionary(uniqueKeysWithValues: Set(rows.map(\.uscc)).map { ($0, CompanyID($0)) })
        let streams = rows.indices.map { Job.stream(JobID(order.newID($0 + 1))) }
        let author = try order.identity.author
        let postings = rows.map { $0.posting(company: owners[$0.uscc] ?? CompanyID($0.uscc), batch: batch, by: author) }
        let recorded = try await ledger.record(order, on: streams[0]) { reading in
            let companies = try await reading.look(at: owners.values.map { Company.stream($0) }, Company.self)
            try check(rows, owners, companies, request.caller)
            return try decide(rows, postings, streams, try await reading.begun(Job.self, streams))
        }
        return .json(
            ImportReceipt(id: batch.description, imported: recorded.range.count, position: recorded.range.last),
            status: .created,
            headers: [.location: "/v1/jobs"]
        )
    }

    /// Reads on a thread of its own, so that a large sheet keeps nobody else waiting, and stops when the request is cancelled.
    private static func rows(_ sheet: [UInt8]) async throws -> [JobSheet.Row] {
        let stop = Stop()
        let rows = try await withTaskCancellationHandler {
            try await onOwnThread(named: "sheet") { try read(sheet, until: stop) }
        } onCancel: {
            stop.isRaised.store(true, ordering: .relaxed)
        }
        guard !rows.isEmpty else { throw Problem.sheet([.at(line: 1, column: nil, "There is no row below the header.")]) }
        return rows
    }

    private static func read(_ sheet: [UInt8], until stop: Stop) throws -> [JobSheet.Row] {
        do {
            var reading = try JobSheet.Reading(sheet)
            while try reading.advance() {
                if stop.isRaised.load(ordering: .relaxed) { throw CancellationError() }
            }
            return reading.rows
        } catch let unreadable as JobSheet.Unreadable {
            throw Problem.sheet(unreadable.faults.map { .at(line: $0.line, column: $0.column.map { .name($0) }, $0.detail) })
        }
    }

    /// The companies must be registered, and the caller's.
    private func check(_ rows: [JobSheet.Row], _ owners: Owners, _ companies: [StreamName: Company.State], _ caller: Identity) throws {
        for owner in owners.values { try caller.mayActFor(owner) }
        let unknown = owners.filter { companies[Company.stream($0.value)] == .unregistered }
        let faults = rows.lazy.filter { unknown[$0.uscc] != nil }.prefix(JobSheet.faultLimit).map {
            Problem.Fault.at(line: $0.line, column: .name("uscc"), "The company \($0.uscc) is not registered; register it first.")
        }
        guard faults.isEmpty else { throw Problem.sheet(Array(faults)) }
    }

    private func decide(
        _ rows: [JobSheet.Row],
        _ postings: [JobPosted],
        _ streams: [StreamName],
        _ states: [StreamName: Job.State]
    ) throws -> Decision {
        var decision = Decision()
        var faults: [Problem.Fault] = []
        for index in rows.indices {
            do throws(Job.Rejection) {
                let state = states[streams[index]] ?? .unposted
                decision.add(try Job.decide(.post(postings[index], at: now()), state), to: streams[index])
            } catch {
                faults.append(.at(line: rows[index].line, column: nil, error.explanation))
                if faults.count == JobSheet.faultLimit { break }
            }
        }
        guard faults.isEmpty else { throw Problem.sheet(faults) }
        return decision
    }
}

/// Tells a thread that what it does is no longer wanted.
private final class Stop: Sendable {
    let isRaised = Atomic(false)
}

extension Problem {
    fileprivate static func sheet(_ faults: [Fault]) -> Problem {
        Problem(
            code: "invalid-sheet",
            status: .unprocessableContent,
            detail: "The table cannot be imported as it is; nothing was written.",
            faults: faults
        )
    }
}
