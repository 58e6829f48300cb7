import Access
import Commands
import EventStore
import Foundation
import Hummingbird
import Recruiting
import Wire

/// What people of the staff may do, and the tokens that say so.
struct AccountRoutes {
    let commands: CommandHandler
    let signer: TokenSigner
    let now: @Sendable () -> Timestamp

    var routes: [Route] {
        [
            Route(.get, "/v1/accounts/{account}", read),
            Route(.post, "/v1/accounts/{account}/grants", change { .give($0) }),
            Route(.post, "/v1/accounts/{account}/grants/withdrawal", change { .withdraw($0) }),
            Route(.post, "/v1/accounts/{account}/tokens", issueToken),
        ]
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let account = try request.account
        return .json(AccountBody(account: account, grants: try await grants(of: account)))
    }

    private func change(
        _ make: @escaping @Sendable (Grant) -> ChangeAccount.Change
    ) -> @Sendable (CheckedRequest) async throws -> Response {
        { request in
            let body = try request.body(as: GrantBody.self)
            let grant = try Grant(body.role, organisation: body.organisation, session: body.session)
            _ = try await commands.handle(ChangeAccount(of: request.account, make(grant)), request.write)
            return try await read(request)
        }
    }

    /// The token says what the account has been granted by now, and goes on saying so until it expires.
    @Sendable private func issueToken(_ request: CheckedRequest) async throws -> Response {
        let account = try request.account
        let hours = request.body.isEmpty ? nil : try request.body(as: Lifetime.self).hours
        let lifetime = Duration.seconds((hours ?? 12) * 3_600)
        let expires = now().advanced(by: lifetime)
        _ = try await commands.handle(ChangeAccount(of: account, .issueToken(until: expires)), request.write)
        let grants = try await grants(of: account)
        guard !grants.isEmpty else { throw CommandError.notFound(.account) }
        let token = try await signer.issue(grants, to: account.description, lifetime: lifetime)
        var response = Response.json(TokenBody(token: token, expires: expires), status: .created)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func grants(of account: Subject) async throws -> [Grant] {
        try await commands.read { try await $0.state(Account.self, Account.stream(account)) }.grants
    }
}

extension CheckedRequest {
    /// The account that the path names.
    fileprivate var account: Subject {
        get throws {
            guard let name = try parameter("account").removingPercentEncoding, let account = try? Subject(name) else {
                throw Problem.notFound("The path names no account: it must have 1 to 128 bytes of UTF-8, none of them unseen.")
            }
            return account
        }
    }
}

private struct AccountBody: Encodable {
    let account: Subject
    let grants: [Grant]
}

/// The body of a change of grants.
private struct GrantBody: Decodable {
    let role: Role
    let organisation: OrganisationID?
    let session: SessionID?
}

private struct Lifetime: Decodable {
    let hours: Int?
}

private struct TokenBody: Encodable {
    let token: String
    let expires: Timestamp
}
