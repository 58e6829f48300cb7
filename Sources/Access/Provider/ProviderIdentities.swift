package import Postgres
package import Recruiting

/// Whose account somebody of a provider has: the one under whose name they first signed in.
package struct ProviderIdentities: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Nil for who has never signed in.
    package func account(of person: ProviderPerson) async throws -> Subject? {
        try await pool.connection { db in
            try db.query("SELECT account FROM provider_identities WHERE issuer = $1 AND subject = $2", person.key)
                .first.map { try Subject($0.decode(0, as: String.self)) }
        }
    }

    /// Makes the account the person's.
    /// - Returns: false when it is somebody else's, or the person has another.
    package func bind(_ account: Subject, to person: ProviderPerson, at now: Timestamp) async throws -> Bool {
        try await pool.connection { db in
            try !db.query(
                "INSERT INTO provider_identities (issuer, subject, account, since) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING account",
                person.key + [.text(account.description), .timestamptz(now.date)]
            ).isEmpty
        }
    }

    /// Makes the account that of somebody whom an operator knows, in place of whoever had it, and of what the person had.
    package func assign(_ account: Subject, issuer: String, subject: String, at now: Timestamp) async throws {
        let key: [Parameter] = [.text(issuer), .text(subject), .text(account.description)]
        try await pool.connection { db in
            _ = try db.query("DELETE FROM provider_identities WHERE issuer = $1 AND subject = $2 OR account = $3", key)
            _ = try db.query(
                "INSERT INTO provider_identities (issuer, subject, account, since) VALUES ($1, $2, $3, $4)",
                key + [.timestamptz(now.date)]
            )
        }
    }

    /// Leaves the account to whoever comes next under its name.
    package func release(_ account: Subject) async throws {
        try await pool.connection { db in
            _ = try db.query("DELETE FROM provider_identities WHERE account = $1", [.text(account.description)])
        }
    }

    /// Leaves the person's account to whoever comes next under its name.
    package func release(_ person: ProviderPerson) async throws {
        try await pool.connection { db in
            _ = try db.query("DELETE FROM provider_identities WHERE issuer = $1 AND subject = $2", person.key)
        }
    }
}

/// Somebody for whom a provider vouches.
package struct ProviderPerson: Equatable, Sendable {
    package let issuer: String
    /// Theirs for ever at the provider; what people are called may be another's tomorrow.
    package let subject: String
    /// What their account is to be called, if they have none yet; nil when the provider doesn't say it, or it can't be one.
    package let name: Subject?
    /// What is granted to them for what the provider says, each once.
    package let grants: [Grant]

    package init(issuer: String, subject: String, name: Subject?, grants: [Grant]) {
        self.issuer = issuer
        self.subject = subject
        self.name = name
        self.grants = grants
    }

    fileprivate var key: [Parameter] { [.text(issuer), .text(subject)] }
}
