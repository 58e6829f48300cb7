package import FoundationEssentials
package import Recruiting

/// Who stands behind a request.
package struct Identity: Hashable, Sendable {
    /// How somebody has shown who they are.
    package enum Proof: Hashable, Sendable {
        /// A token; its number where it has one.
        case token(TokenID?)
        case cookie(SignInID)

        package var token: TokenID? { if case .token(let id) = self { id } else { nil } }
        package var signIn: SignInID? { if case .cookie(let id) = self { id } else { nil } }
    }

    package let subject: String
    package var grants: [Grant]
    package let expires: Date
    package let proof: Proof

    package init(subject: String, grants: [Grant], expires: Date, proof: Proof = .token(nil)) {
        self.subject = subject
        self.grants = grants
        self.expires = expires
        self.proof = proof
    }
}

extension Identity {
    /// The caller as events name it.
    package var author: Subject {
        get throws { try Subject(subject) }
    }

    package var isOperator: Bool { grants.contains { $0.role == .operator } }

    /// True for whoever only watches: visitors.
    package var isViewer: Bool { grants.contains(.viewer) }

    /// As what the log names the caller who used `right`: the role of the first grant that gives it.
    package func role(using right: Right) -> Role {
        (grants.first { $0.gives(right) } ?? grants.first ?? .viewer).role
    }

    /// Who did it, for the log. A viewer is known there by what the stream says, in another way in every session.
    package var actorID: String { isViewer ? "" : subject }

    /// True for the desk of `company`, which may read what was sent to it.
    package func isRecruiter(of company: CompanyID) -> Bool {
        grants.contains { $0.role == .recruiter && $0.organisation == company }
    }
}
