package import FoundationEssentials
package import Recruiting

/// Who stands behind a request.
package struct Identity: Hashable, Sendable {
    /// How somebody has shown who they are.
    package enum Proof: String, Encodable, Sendable {
        case token, cookie
    }

    package let subject: String
    package let grants: [Grant]
    package let expires: Date
    package var proof = Proof.token
}

extension Identity {
    /// The caller as events name it.
    package var author: Subject {
        get throws { try Subject(subject) }
    }

    package var isOperator: Bool { grants.contains { $0.role == .operator } }

    /// True for whoever only watches: visitors.
    package var isViewer: Bool { grants.allSatisfy { $0.role == .viewer } }

    /// As what the log names the caller who used `right`: the role of the first grant that gives it.
    package func role(using right: Right) -> Role {
        (grants.first { $0.gives(right) } ?? grants[0]).role
    }

    /// Who did it, for the log. A viewer is known there by what the stream says, in another way in every session.
    package var actorID: String { isViewer ? "" : subject }

    /// True for the desk of `company`, which may read what was sent to it.
    package func isRecruiter(of company: CompanyID) -> Bool {
        grants.contains { $0.role == .recruiter && $0.organisation == company }
    }
}
