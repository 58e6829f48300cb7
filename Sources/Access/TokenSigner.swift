import FoundationEssentials
import JSON
import JWTKit
package import Recruiting

/// Issues and verifies the tokens of this service: JWT, HS256, always with an end.
package struct TokenSigner: Sendable {
    private let keys: JWTKeyCollection

    /// `secret` has at least 32 bytes and is the same on every node (RFC 7518 §3.2 asks for the hash's size).
    package init(secret: [UInt8]) async {
        precondition(secret.count >= 32, "a token secret has at least 32 bytes")
        keys = await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
    }

    /// - Precondition: the grants can be held together (``Grant/areHeldTogether(_:)``).
    /// - Parameter number: by which the token can be revoked; a visitor's has none.
    package func issue(_ grants: [Grant], to subject: String, number: TokenID? = nil, lifetime: Duration) async throws -> String {
        precondition(Grant.areHeldTogether(grants), "a token carries grants that one person may hold")
        let end = Date(timeIntervalSinceNow: Double(lifetime.components.seconds))
        return try await keys.sign(Claims(sub: .init(value: subject), grants: grants, exp: .init(value: end), jti: number?.description))
    }

    /// - Throws: `AccessError`, which says whether the token is expired, not valid yet, or none of this service's.
    package func verify(_ token: String) async throws -> Identity {
        let claims: Claims
        do {
            try Self.checkHeader(of: token)
            claims = try await keys.verify(token, as: Claims.self)
        } catch let error as JWTError where error.errorType == .claimVerificationFailure {
            throw AccessError.tokenExpired
        } catch {
            throw AccessError.tokenInvalid
        }
        if let start = claims.nbf?.value, start > Date(timeIntervalSinceNow: Self.leeway) {
            throw AccessError.tokenNotYetValid
        }
        let proof = Identity.Proof.token(claims.jti.flatMap { TokenID($0) })
        return Identity(subject: claims.sub.value, grants: claims.grants, expires: claims.exp.date, proof: proof)
    }

    /// Seconds by which the issuer's clock may be ahead of ours (RFC 7519 §4.1.5 allows "no more than a few minutes").
    private static let leeway = 60.0

    /// The header must name the one algorithm that we sign with, and no extension that has to be understood (RFC 7515 §4.1.1, §4.1.11).
    private static func checkHeader(of token: String) throws {
        var text = token.utf8.prefix { $0 != UInt8(ascii: ".") }.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        text += Array(repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
        guard let bytes = Data(base64Encoded: Data(text)) else { throw JWTError.invalidHeaderField(reason: "base64url") }
        let header = try JSON(parsing: [UInt8](bytes))
        guard header["alg"]?.text == "HS256" else { throw JWTError.invalidHeaderField(reason: "alg is not HS256") }
        guard header["crit"] == nil else { throw JWTError.invalidHeaderField(reason: "crit names what is not known here") }
    }

    /// A ticket with which the identity may enter a room within `lifetime`, and stay as long as its token is good.
    func ticket(for identity: Identity, lifetime: Duration) async throws -> String {
        let end = min(Date(timeIntervalSinceNow: Double(lifetime.components.seconds)), identity.expires)
        return try await keys.sign(
            TicketClaims(
                jti: UUID(),
                sub: .init(value: identity.subject),
                grants: identity.grants,
                until: .init(value: identity.expires),
                token: identity.proof.token?.description,
                signIn: identity.proof.signIn?.description,
                exp: .init(value: end)
            )
        )
    }

    /// Whom the ticket lets in, the ticket's own number, and when it expires. Whether it was used is not known here.
    func verify(ticket: String) async throws -> (Identity, UUID, Date) {
        do {
            try Self.checkHeader(of: ticket)
            let claims = try await keys.verify(ticket, as: TicketClaims.self)
            let identity = Identity(subject: claims.sub.value, grants: claims.grants, expires: claims.until.date, proof: claims.proof)
            return (identity, claims.jti, claims.exp.date)
        } catch {
            throw AccessError.ticketInvalid
        }
    }
}

extension ExpirationClaim {
    /// The moment of expiry, the year 4000 at the latest: beyond the year 292 billion no whole number of seconds could be made of it.
    fileprivate var date: Date { min(value, .distantFuture) }
}

private struct TicketClaims: JWTPayload {
    let jti: UUID
    let sub: SubjectClaim
    let grants: [Grant]
    /// The moment at which the token expires for which the ticket was given.
    let until: ExpirationClaim
    /// By what its holder was known who asked for the ticket.
    let token: String?
    let signIn: String?
    let exp: ExpirationClaim

    var proof: Identity.Proof { signIn.flatMap { SignInID($0) }.map { .cookie($0) } ?? .token(token.flatMap { TokenID($0) }) }

    func verify(using _: some JWTAlgorithm) throws {
        try exp.verifyNotExpired()
    }
}

private struct Claims: JWTPayload {
    let sub: SubjectClaim
    let grants: [Grant]
    let exp: ExpirationClaim
    /// The moment from which the token holds. `iat` tells only its age (RFC 7519 §4.1.6), which says nothing here.
    var nbf: NotBeforeClaim?
    let jti: String?
    /// Only tickets have it, and a ticket is no token.
    var until: ExpirationClaim?

    func verify(using _: some JWTAlgorithm) throws {
        guard until == nil else { throw JWTError.invalidHeaderField(reason: "until") }
        try exp.verifyNotExpired()
        // Exactly as events name people: what would be trimmed there is another person's name here.
        guard let name = try? Subject(sub.value), name.description.utf8.elementsEqual(sub.value.utf8) else {
            throw JWTError.invalidHeaderField(reason: "sub")
        }
        guard Grant.areHeldTogether(grants) else { throw JWTError.invalidHeaderField(reason: "grants") }
    }
}
