import Crypto
import FoundationEssentials
package import Postgres
package import Recruiting

/// By what people of the staff sign in: digests of passwords, sealed second factors, and invitations by their digests. They stand in
/// tables and never in the log, so that they can be replaced, and whoever reads the database can sign in by none of them.
package struct Credentials: Sendable {
    private let pool: PostgresPool
    private let key: SymmetricKey

    /// What an account has to sign in by.
    package struct Held: Sendable {
        /// How the person is called.
        package let name: String?
        package let password: String?
        package let secondFactor: SecondFactor?
    }

    /// `master` is the master key of ``PersonalData``: with another one no second factor could be read.
    package init(pool: PostgresPool, master: [UInt8]) {
        self.pool = pool
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: master),
            info: Data("jobcast second factors".utf8),
            outputByteCount: 32
        )
    }

    package func held(by account: Subject) async throws -> Held? {
        let row = try await pool.connection { db in
            try db.query("SELECT name, password, second_factor FROM account_credentials WHERE account = $1", [.text(account.description)])
                .first.map {
                    (
                        try $0.decodeIfPresent(0, as: String.self), try $0.decodeIfPresent(1, as: String.self),
                        try $0.decodeIfPresent(2, as: [UInt8].self)
                    )
                }
        }
        guard let (name, password, sealed) = row else { return nil }
        return Held(name: name, password: password, secondFactor: try sealed.map { try open($0, of: account) })
    }

    /// Makes a password out of its digest the account's, in place of what there was, also of the second factor.
    package func set(_ digest: String, of account: Subject, keepingFactor: Bool, at now: Timestamp) async throws {
        try await pool.connection { db in
            _ = try db.query(
                """
                INSERT INTO account_credentials AS c (account, password, changed_at) VALUES ($1, $2, $3)
                ON CONFLICT (account) DO UPDATE SET password = excluded.password, changed_at = excluded.changed_at,
                    second_factor = CASE WHEN $4 THEN c.second_factor END
                """,
                [.text(account.description), .text(digest), .timestamptz(now.date), .bool(keepingFactor)]
            )
        }
    }

    private func seal(_ factor: SecondFactor, of account: Subject) throws -> [UInt8] {
        let box = try AES.GCM.seal(Data(factor.secret), using: key, authenticating: Data(account.description.utf8))
        // A nonce of the usual length can always be combined.
        return Array(box.combined!)
    }

    private func open(_ sealed: [UInt8], of account: Subject) throws -> SecondFactor {
        let box = try AES.GCM.SealedBox(combined: Data(sealed))
        return SecondFactor(secret: Array(try AES.GCM.open(box, using: key, authenticating: Data(account.description.utf8))))
    }
}

/// Invitations.
extension Credentials {
    /// An invitation by which the account's password can be chosen, once, until a moment; one that was made before is no good any more.
    package func invite(_ account: Subject, name: String?, until end: Timestamp) async throws -> String {
        let secret = Secret()
        try await pool.connection { db in
            _ = try db.query(
                """
                INSERT INTO invitations (account, name, digest, until) VALUES ($1, $2, $3, $4)
                ON CONFLICT (account) DO UPDATE SET name = excluded.name, digest = excluded.digest, until = excluded.until
                """,
                [.text(account.description), .text(name), .bytea(secret.digest), .timestamptz(end.date)]
            )
        }
        return secret.text
    }

    /// Whom the invitation is for; nil when it is used, replaced, expired or none of ours.
    package func invited(by invitation: String, at now: Timestamp) async throws -> Subject? {
        guard let secret = Secret(invitation) else { return nil }
        return try await pool.connection { db in
            try db.query(
                "SELECT account FROM invitations WHERE digest = $1 AND until > $2",
                [.bytea(secret.digest), .timestamptz(now.date)]
            )
            .first.map { try Subject($0.decode(0, as: String.self)) }
        }
    }

    /// Uses the invitation for a password, of which this is the digest.
    /// - Returns: false when the invitation is good for nothing any more.
    package func accept(_ invitation: String, _ digest: String, at now: Timestamp) async throws -> Bool {
        guard let secret = Secret(invitation) else { return false }
        return try await pool.connection { db in
            try !db.query(Self.accept, [.bytea(secret.digest), .timestamptz(now.date), .text(digest)]).isEmpty
        }
    }

    private static let accept = """
        WITH accepted AS (DELETE FROM invitations WHERE digest = $1 AND until > $2 RETURNING account, name)
        INSERT INTO account_credentials AS c (account, name, password, changed_at) SELECT account, name, $3, $2 FROM accepted
        ON CONFLICT (account) DO UPDATE SET name = coalesce(excluded.name, c.name), password = excluded.password,
            second_factor = NULL, offered_factor = NULL, changed_at = excluded.changed_at
        RETURNING account
        """

    /// Takes back what the account was invited by.
    package func withdrawInvitation(of account: Subject) async throws {
        try await pool.connection { db in
            _ = try db.query("DELETE FROM invitations WHERE account = $1", [.text(account.description)])
        }
    }
}

/// The second factor.
extension Credentials {
    /// A second factor that is the account's once a code of it has been shown.
    package func offerFactor(to account: Subject) async throws -> SecondFactor {
        let factor = SecondFactor.random()
        let sealed = try seal(factor, of: account)
        try await pool.connection { db in
            _ = try db.query(
                "UPDATE account_credentials SET offered_factor = $2 WHERE account = $1",
                [.text(account.description), .bytea(sealed)]
            )
        }
        return factor
    }

    /// Makes the factor that was offered the account's, if `code` is one of its.
    package func confirmFactor(of account: Subject, _ code: String, at now: Timestamp) async throws -> Bool {
        let offered = try await pool.connection { db in
            try db.query("SELECT offered_factor FROM account_credentials WHERE account = $1", [.text(account.description)])
                .first.flatMap { try $0.decodeIfPresent(0, as: [UInt8].self) }
        }
        guard let offered, let step = try open(offered, of: account).step(of: code, at: now.date) else { return false }
        return try await pool.connection { db in
            try !db.query(
                """
                UPDATE account_credentials SET second_factor = offered_factor, offered_factor = NULL, last_step = $3
                WHERE account = $1 AND offered_factor = $2 RETURNING account
                """,
                [.text(account.description), .bytea(offered), .int8(step)]
            ).isEmpty
        }
    }

    /// Uses a code, of which each is good once (RFC 6238 §5.2).
    package func use(_ code: String, of factor: SecondFactor, _ account: Subject, at now: Timestamp) async throws -> Bool {
        guard let step = factor.step(of: code, at: now.date) else { return false }
        return try await pool.connection { db in
            try !db.query(
                "UPDATE account_credentials SET last_step = $2 WHERE account = $1 AND last_step < $2 RETURNING account",
                [.text(account.description), .int8(step)]
            ).isEmpty
        }
    }

    package func removeFactor(of account: Subject) async throws {
        try await pool.connection { db in
            _ = try db.query("UPDATE account_credentials SET second_factor = NULL WHERE account = $1", [.text(account.description)])
        }
    }
}

/// Thirty-two random bytes that only their holder knows; here they are known by their digest, which needs no salt, as nobody can try so
/// many.
struct Secret {
    let bytes: [UInt8]

    init() { bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) } }

    /// Nil for what is not the text of one.
    init?(_ text: String) {
        guard text.utf8.count == 43, let bytes = [UInt8](base64URL: text), bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    var text: String { bytes.base64URL }

    var digest: [UInt8] { Array(SHA256.hash(data: bytes)) }
}
