package import Access
package import EventSourcing
package import Recruiting

/// Approves or rejects jobs, all of them or none.
package struct VetJobs: UseCase {
    package enum Verdict: Sendable {
        /// With what was looked at.
        case approve(by: Subject, checks: [String]?)
        case reject(JobRejected)
    }

    package let jobs: [JobID]
    package let verdict: Verdict
    /// The versions that were looked at, where they are told: a job that has changed since is not judged unseen.
    package let versions: [JobID: Int]

    /// - Precondition: there is at least one job.
    package init(_ jobs: [JobID], _ verdict: Verdict, versions: [JobID: Int] = [:]) {
        precondition(!jobs.isEmpty, "a vetting names at least one job")
        self.jobs = jobs
        self.verdict = verdict
        self.versions = versions
    }

    package var resource: StreamName { Job.stream(jobs[0]) }
    package var right: Right { .vetJob }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        let streams = jobs.map(Job.stream)
        let states = try await reads.states(Job.self, streams)
        var decision = Decision()
        var decided: Set<StreamName> = []
        var faults: [CommandError.ItemFault] = []
        for (index, stream) in streams.enumerated() where decided.insert(stream).inserted {
            let version = reads.version(of: stream)
            guard versions[jobs[index]].map({ $0 == version }) ?? true else {
                faults.append(.init(index: index, reason: .changedMeanwhile))
                continue
            }
            let command = try command(version, now)
            do throws(Job.Rejection) {
                decision.add(try Job.decide(command, states[stream] ?? Job.initial), to: stream)
            } catch {
                faults.append(.init(index: index, reason: Reason(error)))
            }
        }
        guard faults.isEmpty else { throw CommandError.unvettable(faults) }
        return decision
    }

    private func command(_ version: Int, _ now: Timestamp) throws -> Job.Command {
        switch verdict {
        case .approve(let reviewer, let checks): .vet(try JobVetted(by: reviewer, version: version, checks: checks), at: now)
        case .reject(let rejected): .reject(rejected)
        }
    }
}

extension Reason {
    fileprivate static let changedMeanwhile = Self("job-changed", "has changed since it was looked at; look at it again")
}
