import FoundationEssentials
package import Postgres

/// Tickets: each lets its holder into one room once, within half a minute, where a browser can send no header.
///
/// A ticket is signed like a token and nothing is stored when it is issued; that it was used is written down, so that it holds once
/// over all nodes of the database. What stands in a proxy's log is then worth nothing.
package struct Tickets: Sendable {
    private let signer: TokenSigner
    private let pool: PostgresPool

    package init(signer: TokenSigner, pool: PostgresPool) {
        self.signer = signer
        self.pool = pool
    }

    /// A page asks for one and connects at once.
    package static let lifetime = Duration.seconds(30)

    package func issue(for identity: Identity) async throws -> String {
        try await signer.ticket(for: identity, lifetime: Self.lifetime)
    }

    /// Whom the ticket lets in, and until when.
    /// - Throws: `AccessError` when it is forged, expired or used.
    package func redeem(_ ticket: String) async throws -> Identity {
        let (identity, number, end) = try await signer.verify(ticket: ticket)
        guard try await use(number, until: end) else { throw AccessError.ticketUsed }
        return identity
    }

    /// Uses up what has this number and is good until `end`.
    /// - Returns: false when it was used before.
    func use(_ number: UUID, until end: Date) async throws -> Bool {
        try await pool.connection { db in try !db.query(Self.redeem, [.uuid(number), .timestamptz(end)]).isEmpty }
    }

    /// Forgets a few that nobody could use again anyway.
    private static let redeem = """
        WITH forgotten AS (
            DELETE FROM redeemed_tickets WHERE id IN (
                SELECT id FROM redeemed_tickets WHERE expires_at < now() - interval '1 minute' LIMIT 20 FOR UPDATE SKIP LOCKED))
        INSERT INTO redeemed_tickets (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id
        """
}
