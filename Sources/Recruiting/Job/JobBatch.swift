import FoundationEssentials

/// Jobs that were posted together by one import.
package enum JobBatch {}

extension JobPosted {
    /// What a job is called that comes by an import: the same for whoever posts the same job again, so that nothing is posted twice.
    package var contentID: JobID {
        JobID(UUID(namespace: Self.contents, name: String(decoding: Job.Event.posted(withoutOrigin).encoded(), as: UTF8.self)))
    }

    /// The namespace of contents; UUIDv5 of `job.jobcast` in RFC 9562's DNS namespace.
    private static var contents: UUID { UUID(namespace: .dns, name: "job.jobcast") }
}
