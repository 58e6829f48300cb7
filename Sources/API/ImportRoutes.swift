import EventSourcing
import EventStore
import FoundationEssentials
import Hummingbird
import Postgres
import Recruiting
import Synchronization
import Wire

/// Positions by the thousand, from a table: all of them or none.
struct ImportRoutes {
    let ledger: Ledger
    let now: @Sendable () -> Timestamp

    var routes: [Route] {
        [Route(.post, "/v1/imports", importSheet)]
    }

    @Sendable private func importSheet(_ request: CheckedRequest) async throws -> Response {
        let order = try request.order
        let batch = BatchID(order.newID())
        let rows = try await Self.rows(request.body)
        let recorded = try await ledger.record(order) { reading in
            let companies = try await reading.states(Company.self, Array(Set(rows.map { Company.stream(CompanyID($0.uscc)) })))
            try check(rows, companies, request.caller)
            return try decide(rows, batch, order, reading)
        }
        return .json(
            ImportReceipt(id: batch.description, imported: recorded.range.count, position: recorded.range.last),
            status: .created,
            headers: [.location: "/v1/positions"]
        )
    }

    /// Reads on a thread of its own, so that a large sheet keeps nobody else waiting, and stops when the request is cancelled.
    private static func rows(_ sheet: [UInt8]) async throws -> [PositionSheet.Row] {
        let stop = Stop()
        let rows = try await withTaskCancellationHandler {
            try await onOwnThread(named: "sheet") { try read(sheet, until: stop) }
        } onCancel: {
            stop.isRaised.store(true, ordering: .relaxed)
        }
        guard !rows.isEmpty else { throw Problem.sheet([.at(line: 1, column: nil, "There is no row below the header.")]) }
        return rows
    }

    private static func read(_ sheet: [UInt8], until stop: Stop) throws -> [PositionSheet.Row] {
        do {
            var reading = try PositionSheet.Reading(sheet)
            while try reading.advance() {
                if stop.isRaised.load(ordering: .relaxed) { throw CancellationError() }
            }
            return reading.rows
        } catch let unreadable as PositionSheet.Unreadable {
            throw Problem.sheet(unreadable.faults.map { .at(line: $0.line, column: $0.column.map { .name($0) }, $0.detail) })
        }
    }

    /// The companies must be registered, and the caller's.
    private func check(_ rows: [PositionSheet.Row], _ companies: [StreamName: Company.State], _ caller: Identity) throws {
        for row in rows { try caller.mayActFor(CompanyID(row.uscc)) }
        let faults = rows.filter { companies[Company.stream(CompanyID($0.uscc))] == .unregistered }.prefix(PositionSheet.faultLimit).map {
            Problem.Fault.at(line: $0.line, column: .name("uscc"), "The company \($0.uscc) is not registered; register it first.")
        }
        guard faults.isEmpty else { throw Problem.sheet(Array(faults)) }
    }

    private func decide(_ rows: [PositionSheet.Row], _ batch: BatchID, _ order: Write, _ reading: Reading) throws -> Decision {
        let ids = rows.indices.map { PositionID(order.newID($0 + 1)) }
        var decision = Decision(resource: Position.stream(ids[0]), events: [])
        var faults: [Problem.Fault] = []
        for (row, id) in zip(rows, ids) {
            do throws(Position.Rejection) {
                let posting = row.posting(company: CompanyID(row.uscc), batch: batch)
                reading.expectNew(Position.stream(id))
                decision.add(try Position.decide(.post(posting, at: now()), .unposted), to: Position.stream(id))
            } catch {
                faults.append(.at(line: row.line, column: nil, error.explanation))
                if faults.count == PositionSheet.faultLimit { break }
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
