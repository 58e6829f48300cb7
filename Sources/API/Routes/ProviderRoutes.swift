import Access
import Commands
import HTTPTypes
import Hummingbird
import Logging
import Recruiting

/// Signing in at a provider of identities: a browser is sent there, comes back, and is sent on to a page.
///
/// Whoever asks is a browser that follows a link. What goes wrong is told by the page where people sign in, in their language.
struct ProviderRoutes {
    let provider: Provider?
    let signingIn: SigningIn
    let callers: Callers
    let logger: Logger

    var routes: [Route] {
        [
            Route(.get, "/v1/sign-ins/means") { _ in .json(await means()) },
            Route(.get, "/v1/sign-ins/provider", begin),
            Route(.get, "/v1/sign-ins/provider/callback", finish),
        ]
    }

    /// By what one may sign in here beside a password.
    private func means() async -> MeansBody {
        guard let provider else { return MeansBody(provider: nil) }
        let isAnswering: Bool
        do {
            try await provider.look()
            isAnswering = true
        } catch {
            note(error)
            isAnswering = false
        }
        return MeansBody(provider: .init(name: provider.settings.name, answers: isAnswering))
    }

    @Sendable private func begin(_ request: CheckedRequest) async throws -> Response {
        let provider = try required
        let next = Self.page(request.query("next"))
        var response: Response
        do {
            let (address, attempt) = try await provider.begin(next: next)
            response = .leading(to: address)
            cookie(of: provider).set(attempt, in: &response.headers)
        } catch {
            response = fault(error, next)
        }
        return response
    }

    @Sendable private func finish(_ request: CheckedRequest) async throws -> Response {
        let provider = try required
        let attempt = cookie(of: provider).value(in: request.request.headers).flatMap { provider.attempt($0) }
        let callback = Provider.Callback(
            code: request.query("code"),
            state: request.query("state"),
            error: request.query("error"),
            issuer: request.query("iss")
        )
        var response: Response
        do {
            let person = try await provider.finish(attempt, callback)
            let cookie = try await signingIn.signIn(person, device: request.device)
            let (identity, _) = try await callers.identity(cookie: cookie)
            response = .leading(to: Self.page(attempt?.next))
            SignInCookie(cookie, isSecure: provider.settings.isBehindTLS, until: identity.expires).set(in: &response.headers)
        } catch {
            response = fault(error, Self.page(attempt?.next))
        }
        cookie(of: provider).remove(in: &response.headers)
        return response
    }

    private var required: Provider {
        get throws {
            guard let provider else { throw Problem.notFound("No provider of identities is set up here.") }
            return provider
        }
    }

    private func cookie(of provider: Provider) -> AttemptCookie { AttemptCookie(isSecure: provider.settings.isBehindTLS) }

    /// To the page where people sign in, which tells what is wrong and leads on to `next` once they have.
    private func fault(_ error: any Error, _ next: String) -> Response {
        note(error)
        let word = (error as? ProviderFault)?.word ?? Problem(error).code
        return .leading(to: "/signin?fault=\(word)&back=\(next.formEncoded)")
    }

    private func note(_ error: any Error) {
        let fault = error as? ProviderFault
        logger.warning(
            "the provider of identities lets nobody in",
            metadata: ["fault": "\(fault?.word ?? Problem(error).code)", "detail": "\((fault?.detail ?? "\(error)").asSeen)"]
        )
    }

    /// The page that is asked for, if it is one of this host; else where the staff begin.
    private static func page(_ wanted: String?) -> String {
        guard let wanted, wanted.utf8.count <= 1_000, wanted.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return "/office" }
        return PageRoutes.isPage(String(wanted.prefix { $0 != "?" && $0 != "#" })) ? wanted : "/office"
    }
}

extension Response {
    /// Sends a browser on.
    fileprivate static func leading(to address: String) -> Response {
        Response(status: .found, headers: [.location: address, .cacheControl: "no-store", .contentLength: "0"])
    }
}

private struct MeansBody: Encodable {
    struct Named: Encodable {
        let name: String
        let answers: Bool
    }

    let provider: Named?
}
