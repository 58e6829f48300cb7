import Access
import FoundationEssentials
import Hummingbird
import Recruiting
import Wire

/// Lets anybody in as a viewer, without a name.
struct VisitorRoutes {
    let signer: TokenSigner

    /// A season's résumés are followed for weeks; the token is all that ties a visitor to them.
    private static let lifetime = Duration.seconds(30 * 86_400)

    var routes: [Route] {
        [Route(.post, "/v1/visitors", admit)]
    }

    @Sendable private func admit(_ request: CheckedRequest) async throws -> Response {
        let subject = UUID().uuidString.lowercased()
        let token = try await signer.issue([.viewer], to: subject, lifetime: Self.lifetime)
        return .json(Visitor(token: token, subject: subject), status: .created)
    }
}
