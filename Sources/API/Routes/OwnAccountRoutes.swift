import Access
import Commands
import Hummingbird
import Pages
import Recruiting

/// What somebody who has signed in may see and change of the own account, whatever they have been granted.
struct OwnAccountRoutes {
    let commands: CommandHandler
    let signingIn: SigningIn
    let callers: Callers
    let credentials: Credentials
    let quotas: WriteQuotas

    var routes: [Route] {
        [
            Route(.get, "/v1/me", read),
            Route(.post, "/v1/me/password", changePassword),
            Route(.post, "/v1/me/second-factor", offerFactor),
            Route(.post, "/v1/me/second-factor/confirmation", confirmFactor),
            Route(.post, "/v1/me/second-factor/removal", removeFactor),
        ]
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let account = try request.signedIn.account
        let state = try await commands.account(account)
        let held = try await credentials.held(by: account)
        let hasFactor = held?.secondFactor != nil
        return .json(
            OwnAccount(
                account: account,
                name: held?.name,
                password: held?.password != nil,
                secondFactor: hasFactor,
                factorDemanded: callers.demandsFactor(state),
                grants: state.grants
            )
        )
    }

    @Sendable private func changePassword(_ request: CheckedRequest) async throws -> Response {
        let (account, id) = try request.signedIn
        let body = try request.body(as: PasswordChange.self)
        try await quotas.tryAccount(account.description) {
            try await signingIn.changePassword(of: account, from: body.password, to: body.new, keeping: id)
        }
        return Response(status: .noContent)
    }

    @Sendable private func offerFactor(_ request: CheckedRequest) async throws -> Response {
        let account = try request.signedIn.account
        let body = try request.body(as: PasswordAgain.self)
        let factor = try await quotas.tryAccount(account.description) { try await signingIn.offerFactor(to: account, body.password) }
        return .json(try FactorBody(factor, of: account), status: .created)
    }

    @Sendable private func confirmFactor(_ request: CheckedRequest) async throws -> Response {
        let (account, id) = try request.signedIn
        let body = try request.body(as: FactorCode.self)
        try await quotas.tryAccount(account.description) { try await signingIn.confirmFactor(of: account, body.code, in: id) }
        return Response(status: .noContent)
    }

    @Sendable private func removeFactor(_ request: CheckedRequest) async throws -> Response {
        let account = try request.signedIn.account
        let body = try request.body(as: PasswordAgain.self)
        try await quotas.tryAccount(account.description) { try await signingIn.removeFactor(of: account, body.password) }
        return Response(status: .noContent)
    }
}

private struct OwnAccount: Encodable {
    let account: Subject
    let name: String?
    /// Whether it has one; who signs in at a provider hasn't.
    let password: Bool
    let secondFactor: Bool
    /// Whether some of the grants wait for a second factor.
    let factorDemanded: Bool
    let grants: [Grant]
}

private struct PasswordChange: Decodable {
    let password: String
    let new: String
}

private struct PasswordAgain: Decodable {
    let password: String
}

private struct FactorCode: Decodable {
    let code: String
}

private struct FactorBody: Encodable {
    let secret: String
    /// What an authenticator opens.
    let address: String
    /// The address as a QR code, in SVG.
    let image: String

    init(_ factor: SecondFactor, of account: Subject) throws {
        secret = factor.text
        address = factor.address(of: account.description)
        image = try QRCode(address).svg
    }
}
