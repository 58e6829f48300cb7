package import Recruiting

/// What a host does next and how long the host then talks.
package struct Cue: Sendable, Equatable {
    package enum Act: Sendable, Equatable {
        case segment(SegmentKind)
        /// The number of a job on the shelf.
        case feature(Int)
        case unfeature
        /// The number of a policy.
        case policy(Int)
        /// Answer at most so many of the questions that wait.
        case answer(Int)
    }

    package let act: Act
    package let talk: Duration
}

/// The course of a session as the reference season's hosts keep it: jobs, then policies, then questions, and again. Without end; every
/// job of the shelf has its turn before one comes again.
package struct RunOfShow: Sequence, IteratorProtocol {
    private let plan: Plan
    private let jobs: Int
    private let policies: Int
    private var random: SeededRandom
    private var waiting: [Cue] = []
    private var job = 0
    private var policy = 0

    /// How many jobs are shown between two policy segments.
    private static let jobsPerSegment = 6

    package init(_ plan: Plan, room: Int, jobs: Int, policies: Int) {
        self.plan = plan
        self.jobs = jobs
        self.policies = policies
        random = SeededRandom(seed: plan.seed, stream: .max - UInt64(room))
        job = Int.random(in: 0..<Swift.max(1, jobs), using: &random)
    }

    package mutating func next() -> Cue? {
        if waiting.isEmpty { waiting = round().reversed() }
        return waiting.popLast()
    }

    private mutating func round() -> [Cue] {
        var cues = [Cue(act: .segment(.jobs), talk: .seconds(1))]
        for _ in 0..<Swift.min(jobs, Self.jobsPerSegment) {
            cues.append(Cue(act: .feature(job), talk: random.duration(in: plan.talk)))
            job = (job + 1) % jobs
        }
        cues.append(Cue(act: .unfeature, talk: .seconds(1)))
        if policies > 0 {
            cues.append(Cue(act: .segment(.policy), talk: .seconds(1)))
            cues.append(Cue(act: .policy(policy), talk: random.duration(in: plan.talk)))
            policy = (policy + 1) % policies
        }
        cues.append(Cue(act: .segment(.questions), talk: .seconds(1)))
        cues.append(Cue(act: .answer(Int.random(in: 1...3, using: &random)), talk: random.duration(in: plan.talk)))
        return cues
    }
}
