import FoundationEssentials
import JSON
package import Recruiting

/// What is told of a job beside what it says itself: by the rules of the running program, so that nothing of it is stored.
package struct JobAdditions: Encodable {
    /// The lint's findings, and the version of its rules.
    struct Lint: Encodable {
        let version: String
        let findings: [JobLint.Finding]
    }

    private let occupationName: String?
    private let completeness: Completeness
    private let lint: Lint?

    package init(_ draft: JobDraft, withFindings: Bool) {
        occupationName = draft.occupationCode.flatMap { Occupations.known.name(of: $0) }
        completeness = Completeness(draft)
        let standard = JobLint.standard
        lint = withFindings ? Lint(version: standard.version, findings: standard.findings(in: draft)) : nil
    }

    /// The job with them. Both are JSON objects and neither is empty, so that one text continues the other; a job that can't be read
    /// stays as it is.
    package static func adding(to object: [UInt8], withFindings: Bool = false) -> [UInt8] {
        guard let draft = try? JSONDocument(object).decode(JobDraft.self),
            let more = try? JSONEncoder().encode(JobAdditions(draft, withFindings: withFindings))
        else { return object }
        return object.dropLast() + [UInt8(ascii: ",")] + more.dropFirst()
    }
}
