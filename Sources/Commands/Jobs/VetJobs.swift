package import Access
package import EventSourcing
package import Recruiting

/// Approves or rejects jobs, all of them or none.
package struct VetJobs: UseCase {
    package enum Verdict: Sendable {
        case approve(JobVetted)
        case reject(JobRejected)
    }

    package let jobs: [JobID]
    package let verdict: Verdict

    /// - Precondition: there is at least one job.
    package init(_ jobs: [JobID], _ verdict: Verdict) {
        precondition(!jobs.isEmpty, "a vetting names at least one job")
        self.jobs = jobs
        self.verdict = verdict
    }

    package var resource: StreamName { Job.stream(jobs[0]) }
    package var right: Right { .vetJob }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        let streams = jobs.map(Job.stream)
        let states = try await reads.states(Job.self, streams)
        let command: Job.Command =
            switch verdict {
            case .approve(let vetted): .vet(vetted, at: now)
            case .reject(let rejected): .reject(rejected)
            }
        var decision = Decision()
        var decided: Set<StreamName> = []
        var faults: [CommandError.ItemFault] = []
        for (index, stream) in streams.enumerated() where decided.insert(stream).inserted {
            do throws(Job.Rejection) {
                decision.add(try Job.decide(command, states[stream] ?? Job.initial), to: stream)
            } catch {
                faults.append(.init(index: index, reason: Reason(error)))
            }
        }
        guard faults.isEmpty else { throw CommandError.unvettable(faults) }
        return decision
    }
}
