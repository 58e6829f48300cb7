import Access
import Commands
import EventSourcing
import EventStore
import FoundationEssentials
import Hummingbird
import Postgres
import Recruiting
import Synchronization

/// Jobs by the thousand, from a table: all of them or none.
struct ImportRoutes {
    let commands: CommandHandler

    var routes: [Route] {
        [Route(.post, "/v1/imports", importSheet)]
    }

    @Sendable private func importSheet(_ request: CheckedRequest) async throws -> Response {
        let write = try request.write
        let organisation = try request.caller.organisation(request.query("organisation").flatMap { OrganisationID($0) }, for: .postJob)
        let batch = BatchID(write.newID())
        let rows = try await Self.rows(request.body)
        let ids = rows.indices.map { JobID(write.newID($0 + 1)) }
        do {
            let recorded = try await commands.handle(ImportJobs(batch, ids, rows, of: organisation), write)
            return .json(
                ImportReceipt(id: batch.description, imported: recorded.range.count, position: recorded.range.last),
                status: .created,
                headers: [.location: "/v1/jobs"]
            )
        } catch CommandError.unpostable(let faults) {
            throw Problem.sheet(faults.map { .at(line: rows[$0.index].line, column: nil, $0.reason) })
        }
    }

    /// Reads on a thread of its own, so that a large sheet keeps nobody else waiting, and stops when the request is cancelled.
    private static func rows(_ sheet: [UInt8]) async throws -> [JobSheet.Row] {
        let stop = Stop()
        let rows = try await withTaskCancellationHandler {
            try await onOwnThread(named: "sheet") { try read(sheet, until: stop) }
        } onCancel: {
            stop.isRaised.store(true, ordering: .relaxed)
        }
        guard !rows.isEmpty else {
            throw Problem.sheet([.at(line: 1, column: nil, Reason("sheet-without-rows", "There is no row below the header."))])
        }
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
            throw Problem.sheet(unreadable.faults.map { .at(line: $0.line, column: $0.column.map { .name($0) }, $0.reason) })
        }
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

/// What an import answers.
private struct ImportReceipt: Encodable {
    /// The batch that each of its jobs names.
    let id: String
    let imported: Int
    let position: LogPosition
}
