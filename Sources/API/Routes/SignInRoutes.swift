import Access
import Commands
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Recruiting

/// Signing in and out with a browser.
struct SignInRoutes {
    let signingIn: SigningIn
    let callers: Callers
    let queries: Queries
    let credentials: Credentials
    let quotas: WriteQuotas
    let now: @Sendable () -> Timestamp

    var routes: [Route] {
        [
            Route(.post, "/v1/sign-ins", signIn),
            Route(.post, "/v1/invitations/acceptance", accept),
            Route(.get, "/v1/sign-ins", list),
            Route(.delete, "/v1/sign-ins", signOutEverywhere),
            Route(.delete, "/v1/sign-ins/{id}", signOut),
        ]
    }

    @Sendable private func signIn(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: SignInBody.self)
        let cookie = try await quotas.tryAccount(body.account) {
            try await signingIn.signIn(body.account, body.password, code: body.code, device: request.device)
        }
        return try await welcome(cookie, request)
    }

    @Sendable private func accept(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: AcceptanceBody.self)
        return try await welcome(try await signingIn.accept(body.invitation, body.password, device: request.device), request)
    }

    /// Tells who has signed in, and gives the browser its cookie.
    private func welcome(_ cookie: String, _ request: CheckedRequest) async throws -> Response {
        let (identity, _) = try await callers.identity(cookie: cookie)
        var response = Response.json(try await IdentityBody(identity, queries, credentials), status: .created)
        // A proxy ends TLS: whether there is any, the page's origin tells.
        let isSecure = request.request.headers[.origin]?.hasPrefix("https://") ?? false
        SignInCookie(cookie, isSecure: isSecure, until: identity.expires).set(in: &response.headers)
        return response
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let (account, own) = try request.signedIn
        let items = try await callers.signIns.all(of: account, at: now()).map { SignInItem($0, isCurrent: $0.id == own) }
        return .json(["items": items])
    }

    @Sendable private func signOut(_ request: CheckedRequest) async throws -> Response {
        let named = try request.parameter("id") == "current" ? nil : request.id(of: SignIn.self)
        let (account, own) = try request.signedIn
        let id = named ?? own
        guard try await signingIn.signOut(id, of: account, id == own ? .here : .elsewhere) else {
            throw Problem.notFound("There is no such sign-in of yours.")
        }
        return id == own ? Self.goodbye : Response(status: .noContent)
    }

    @Sendable private func signOutEverywhere(_ request: CheckedRequest) async throws -> Response {
        try await signingIn.signOutEverywhere(try request.signedIn.account)
        return Self.goodbye
    }

    private static var goodbye: Response {
        var headers: HTTPFields = [.cacheControl: "no-store"]
        SignInCookie.remove(in: &headers)
        return Response(status: .noContent, headers: headers)
    }
}

extension CheckedRequest {
    /// Who has signed in with the browser that asks.
    /// - Throws: 401 for everybody else, also for the holder of a token.
    var signedIn: (account: Subject, id: SignInID) {
        get throws {
            guard let identity, let id = identity.proof.signIn else { throw AccessError.signInEnded }
            return (try identity.author, id)
        }
    }

    /// What the browser calls itself, so far as it is of use to tell it from another.
    var device: String { String((request.headers[.userAgent] ?? "").asSeen.unicodeScalars.prefix(200)) }
}

private struct SignInBody: Decodable {
    let account: String
    let password: String
    let code: String?
}

private struct AcceptanceBody: Decodable {
    let invitation: String
    let password: String
}

private struct SignInItem: Encodable {
    let id: SignInID
    let current: Bool
    let device: String
    let since: Timestamp
    let seen: Timestamp
    let expires: Timestamp

    init(_ signIn: SignIn, isCurrent: Bool) {
        (id, device) = (signIn.id, signIn.device)
        (since, seen, expires) = (signIn.since, signIn.seen, signIn.end)
        current = isCurrent
    }
}
