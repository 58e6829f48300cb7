import Access
import Hummingbird
import ReadModels
import Recruiting

/// Tells somebody who they are here: what a person is asked before taking an identity over from a link, and what pages choose by.
struct IdentityRoutes {
    let queries: Queries
    let credentials: Credentials

    var routes: [Route] {
        [Route(.get, "/v1/identity") { .json(try await IdentityBody(try $0.caller, queries, credentials)) }]
    }
}

/// The body of `GET /v1/identity`.
struct IdentityBody: Encodable {
    private struct NamedGrant: Encodable {
        let role: Role
        let organisation: OrganisationID?
        let organisationName: String?
        let session: SessionID?
    }

    private let subject: String
    private let name: String?
    private let grants: [NamedGrant]
    private let expires: Timestamp
    private let signedInBy: String

    init(_ identity: Identity, _ queries: Queries, _ credentials: Credentials) async throws {
        let organisations = identity.grants.compactMap(\.organisation)
        let names = organisations.isEmpty ? [:] : try await queries.read { try await Companies.names(of: organisations, in: $0) }
        subject = identity.subject
        name = identity.proof.signIn == nil ? nil : try await credentials.held(by: identity.author)?.name
        grants = identity.grants.map { grant in
            let organisation = grant.organisation
            let name = organisation.flatMap { names[$0] }
            return NamedGrant(role: grant.role, organisation: organisation, organisationName: name, session: grant.session)
        }
        expires = Timestamp(identity.expires)
        signedInBy = identity.proof.signIn == nil ? "token" : "cookie"
    }
}
