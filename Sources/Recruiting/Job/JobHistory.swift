/// A job's posting through its versions, and which of them people may be shown.
package struct JobHistory: Sendable {
    private var postings: [(version: Int, posting: JobPosted)] = []
    /// The newest version in which a reviewer vouches for the posting; nil before there is one.
    package private(set) var vettedVersion: Int?
    package private(set) var version = 0

    /// The events of a job's stream, in their order, each with its version.
    package init(_ events: [(version: Int, event: Job.Event)]) {
        var state = Job.initial
        for (version, event) in events {
            Job.apply(event, to: &state)
            self.version = version
            if let posting = state.posting { postings.append((version, posting)) }
            if case .open(_, .vetted) = state { vettedVersion = version }
        }
    }

    /// The posting as it read in a version; nil for one before the first and beyond the newest.
    package func posting(at version: Int) -> JobPosted? {
        version > self.version ? nil : postings.last { $0.version <= version }?.posting
    }
}
