import Access
import Commands
import EventStore
import Foundation
import Hummingbird
import Postgres
import ReadModels
import Recruiting
import Wire

/// Who there is of the staff, what they may do, and the tokens of machines.
struct AccountRoutes {
    let commands: CommandHandler
    let queries: Queries
    let credentials: Credentials
    let signingIn: SigningIn
    let signer: TokenSigner
    let now: @Sendable () -> Timestamp

    /// A link that is sent on Friday is still good on Monday.
    private static let invitationLifetime = Duration.seconds(3 * 86_400)

    var routes: [Route] {
        [
            Route(.get, "/v1/accounts", list),
            Route(.get, "/v1/audit", audit),
            Route(.get, "/v1/accounts/{account}", read),
            Route(.post, "/v1/accounts/{account}/invitation", invite),
            Route(.post, "/v1/accounts/{account}/suspension", suspend),
            Route(.post, "/v1/accounts/{account}/reinstatement") { try await change($0, .reinstate) },
            Route(.delete, "/v1/accounts/{account}/sign-ins", signOut),
            Route(.post, "/v1/accounts/{account}/grants") { try await change($0, .give($0.grant)) },
            Route(.post, "/v1/accounts/{account}/grants/withdrawal") { try await change($0, .withdraw($0.grant)) },
            Route(.post, "/v1/accounts/{account}/tokens", issueToken),
            Route(.delete, "/v1/accounts/{account}/tokens/{id}") { try await change($0, .revokeToken($0.id())) },
        ]
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        try await queries.page(of: request, Accounts.list())
    }

    @Sendable private func audit(_ request: CheckedRequest) async throws -> Response {
        let account = try request.query("account").map { (name) throws(Invalid) in try Subject(name, field: "account") }
        return try await queries.page(of: request, Audit.list(of: account, type: request.query("type")))
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let account = try request.account
        let state = try await commands.account(account)
        return .json(AccountBody(account, state, try await credentials.held(by: account), at: now()))
    }

    private func change(_ request: CheckedRequest, _ change: ChangeAccount.Change) async throws -> Response {
        _ = try await commands.handle(ChangeAccount(of: request.account, change), request.write)
        return try await read(request)
    }

    @Sendable private func suspend(_ request: CheckedRequest) async throws -> Response {
        let reason = try request.body(as: ReasonBody.self).reason
        let response = try await change(request, .suspend(try AccountSuspended(reason: reason)))
        // What the log says holds already; these rows and links are of no use any more.
        try await signingIn.forget(try request.account)
        return response
    }

    @Sendable private func signOut(_ request: CheckedRequest) async throws -> Response {
        try await signingIn.signOutEverywhere(try request.account, by: .person(try request.caller))
        return try await read(request)
    }

    /// The link is made anew at each repeat of the request; the last one is good.
    @Sendable private func invite(_ request: CheckedRequest) async throws -> Response {
        let account = try request.account
        let name = request.body.isEmpty ? nil : try request.body(as: InvitationBody.self).name?.checkedLine("name", atMost: 100)
        let end = now().advanced(by: Self.invitationLifetime)
        _ = try await commands.handle(ChangeAccount(of: account, .invite(until: end)), request.write)
        let invitation = try await credentials.invite(account, name: name, until: end)
        return .json(InvitationMade(invitation: invitation, expires: end), status: .created)
    }

    /// The token carries what the account has been granted by now, or less; what is withdrawn later it gives no more.
    @Sendable private func issueToken(_ request: CheckedRequest) async throws -> Response {
        let account = try request.account
        let body = request.body.isEmpty ? TokenWish() : try request.body(as: TokenWish.self)
        let lifetime = Duration.seconds((body.hours ?? 12) * 3_600)
        let id = TokenID(try request.write.newID())
        let name = try (body.name ?? "–").checkedLine("name", atMost: 100)
        let wanted = try body.grants?.map { try $0.grant }
        let expires = now().advanced(by: lifetime)
        let change = ChangeAccount.Change.issueToken(id, name: name, wanted, until: expires)
        _ = try await commands.handle(ChangeAccount(of: account, change), request.write)
        guard let issued = try await commands.account(account).tokens.first(where: { $0.token == id }) else {
            throw CommandError.notFound(.account)
        }
        let left = Duration.milliseconds(max(0, issued.until.milliseconds - now().milliseconds))
        let token = try await signer.issue(issued.grants, to: account.description, number: id, lifetime: left)
        return .json(TokenBody(id: id, token: token, expires: issued.until), status: .created)
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

    /// The grant that the body names.
    ///
    /// It isn't inlined because Swift 6.3.1, optimising, ends when it splits a coroutine that has it inlined (a trap in LLVM's
    /// `X86TTIImpl::isProfitableToSinkOperands`).
    fileprivate var grant: Grant {
        @inline(never) get throws { try body(as: GrantBody.self).grant }
    }
}

private struct AccountBody: Encodable {
    enum Standing: String, Encodable {
        case named, invited, active, suspended
    }

    private struct Token: Encodable {
        let id: TokenID
        let name: String
        let grants: [Grant]
        let expires: Timestamp
    }

    private let account: Subject
    private let name: String?
    private let standing: Standing
    private let secondFactor: Bool
    private let grants: [Grant]
    private let tokens: [Token]

    /// Tokens that have expired by `now` are left out.
    init(_ account: Subject, _ state: Account.State, _ held: Credentials.Held?, at now: Timestamp) {
        self.account = account
        name = held?.name
        standing = state.isSuspended ? .suspended : [.named: .named, .invited: .invited, .active: .active][state.membership] ?? .named
        secondFactor = held?.secondFactor != nil
        grants = state.grants
        tokens = state.tokens.filter { $0.until > now }.map { Token(id: $0.token, name: $0.name, grants: $0.grants, expires: $0.until) }
    }
}

/// The body of a change of grants.
private struct GrantBody: Decodable {
    let role: Role
    let organisation: OrganisationID?
    let session: SessionID?

    var grant: Grant {
        get throws { try Grant(role, organisation: organisation, session: session) }
    }
}

private struct InvitationBody: Decodable {
    let name: String?
}

private struct InvitationMade: Encodable {
    let invitation: String
    let expires: Timestamp
}

/// What a token shall be: for whom or what, and with which of the account's grants.
private struct TokenWish: Decodable {
    var hours: Int?
    var name: String?
    var grants: [GrantBody]?
}

private struct TokenBody: Encodable {
    let id: TokenID
    let token: String
    let expires: Timestamp
}
