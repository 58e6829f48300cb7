package import EventSourcing
package import Recruiting

/// Posts the jobs of a table, all of them or none.
package struct ImportJobs: UseCase {
    package let batch: BatchID
    /// One for each row.
    package let ids: [JobID]
    package let rows: [JobSheet.Row]

    /// - Precondition: there is at least one row, and an identifier for each.
    package init(_ batch: BatchID, _ ids: [JobID], _ rows: [JobSheet.Row]) {
        precondition(!rows.isEmpty && ids.count == rows.count, "an import has rows, and an identifier for each")
        self.batch = batch
        self.ids = ids
        self.rows = rows
    }

    package var resource: StreamName { Job.stream(ids[0]) }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try await checkCompanies(reads, caller)
        let author = try caller.author
        let streams = ids.map(Job.stream)
        let states = try await reads.begun(Job.self, streams)
        var decision = Decision()
        var faults: [CommandError.ItemFault] = []
        for (index, row) in rows.enumerated() where faults.count < JobSheet.faultLimit {
            do throws(Job.Rejection) {
                let posting = row.posting(company: CompanyID(row.uscc), batch: batch, by: author)
                decision.add(try Job.decide(.post(posting, at: now), states[streams[index]] ?? Job.initial), to: streams[index])
            } catch {
                faults.append(.init(index: index, detail: error.explanation))
            }
        }
        guard faults.isEmpty else { throw CommandError.unpostable(faults) }
        return decision
    }

    /// The companies must be registered, and the caller's.
    private func checkCompanies(_ reads: ReadSet, _ caller: Caller) async throws {
        let owners = Dictionary(uniqueKeysWithValues: Set(rows.map(\.uscc)).map { ($0, Company.stream(CompanyID($0))) })
        for code in owners.keys { try caller.mayActFor(CompanyID(code)) }
        let companies = try await reads.look(at: Array(owners.values), Company.self)
        let unknown = Set(owners.filter { companies[$0.value] == .unregistered }.keys)
        let faults = rows.enumerated().lazy.filter { unknown.contains($0.element.uscc) }.prefix(JobSheet.faultLimit).map {
            CommandError.ItemFault(index: $0.offset, detail: "The company \($0.element.uscc) is not registered; register it first.")
        }
        guard faults.isEmpty else { throw CommandError.unpostable(Array(faults)) }
    }
}
