package import FoundationEssentials

/// What a person may do. An operator may do everything.
package enum Role: String, Codable, CaseIterable, Sendable {
    case host, viewer, recruiter, reviewer, analyst, `operator`
}

/// Who stands behind a request, as the token says.
package struct Identity: Hashable, Sendable {
    package let subject: String
    package let role: Role
    /// The company for which a recruiter acts, as the text of its identifier.
    package let company: String?
    package let expires: Date
}
