import FoundationEssentials
package import Postgres
package import Recruiting

package typealias SignInID = Identifier<SignIn>

/// Somebody of the staff who has signed in with a browser.
package struct SignIn: Sendable {
    package let id: SignInID
    package let account: Subject
    package let by: SignInMeans
    /// What the browser called itself.
    package let device: String
    package let since: Timestamp
    package let seen: Timestamp
    /// When it ends at the latest.
    package let end: Timestamp
    let secrets: CookieSecrets
}

/// Who has signed in, by the cookies that their browsers hold. A cookie's secret is replaced again and again, and known here by digests
/// alone.
package struct SignIns: Sendable {
    /// How long somebody stays signed in: without asking for anything, and in all.
    package struct Limits: Equatable, Sendable {
        package var idle: Duration
        package var all: Duration

        package init(idle: Duration, all: Duration) {
            self.idle = idle
            self.all = all
        }

        /// The longest is NIST's for two factors (SP 800-63B-4 §2.2.3: twelve hours); a show takes two hours, in which a host may only
        /// talk.
        package static let standard = Limits(idle: .seconds(2 * 3_600), all: .seconds(12 * 3_600))
    }

    private let pool: PostgresPool
    private let limits: Limits

    package init(pool: PostgresPool, limits: Limits = .standard) {
        self.pool = pool
        self.limits = limits
    }

    /// Signs somebody in.
    /// - Parameter password: the digest of the password that was shown; nil when none was.
    /// - Returns: the value of the cookie; nil when the account's password is another by now. Whoever replaces a password ends all sign-ins,
    ///   and one by the old password that began before must not come after.
    package func begin(
        _ account: Subject,
        by means: SignInMeans,
        password: String?,
        device: String,
        at now: Timestamp
    ) async throws -> String? {
        let (id, secret) = (SignInID(UUID()), Secret())
        let hasBegun = try await pool.connection { db in
            try !db.query(
                Self.begin,
                [
                    .uuid(id.uuid), .text(account.description), .text(means.rawValue), .text(device), .bytea(secret.digest),
                    .timestamptz(now.date), .timestamptz(now.advanced(by: limits.all).date), .text(password),
                ]
            ).isEmpty
        }
        return hasBegun ? "\(id).\(secret.text)" : nil
    }

    /// Forgets a few that have ended. The lock lets a password be replaced before this or after, and not meanwhile.
    private static let begin = """
        WITH forgotten AS (
            DELETE FROM sign_ins WHERE id IN (SELECT id FROM sign_ins WHERE ends_at < $6 LIMIT 20 FOR UPDATE SKIP LOCKED)),
        held AS (SELECT FROM account_credentials WHERE account = $2 AND password = $8 FOR SHARE)
        INSERT INTO sign_ins (id, account, means, device, current, rotated_at, since, seen_at, ends_at)
        SELECT $1, $2, $3, $4, $5, $6, $6, $6, $7 WHERE $8 IS NULL OR EXISTS (SELECT FROM held) RETURNING id
        """

    /// Of several requests with the same new secret the first does it.
    private static let promote = """
        UPDATE sign_ins SET current = next, previous = current, next = NULL, rotated_at = $3, seen_at = $3 WHERE id = $1 AND next = $2
        """

    package enum Use: Sendable {
        /// Of somebody who is signed in; with a new value for the cookie when it is to be replaced.
        case good(SignIn, replacement: String?)
        /// The secret had been replaced, and the new one used: whoever sends it now has a copy. It has ended for both.
        case copied(SignIn)
        case none
    }

    /// Looks who has sent a cookie of this value.
    package func use(_ cookie: String, at now: Timestamp) async throws -> Use {
        let parts = cookie.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let id = SignInID(String(parts[0])), let secret = Secret(String(parts[1])) else { return .none }
        guard let signIn = try await find(id, at: now) else { return .none }
        switch signIn.secrets.use(secret.digest, at: now) {
        case .asIs:
            try await see(signIn, at: now)
            return .good(signIn, replacement: nil)
        case .replace:
            let next = Secret()
            let isOurs = try await change(id, "next = $2, offered_at = $3, seen_at = $3", [.bytea(next.digest), .timestamptz(now.date)])
            return .good(signIn, replacement: isOurs ? "\(id).\(next.text)" : nil)
        case .promote:
            _ = try await pool.connection { db in
                try db.query(Self.promote, [.uuid(id.uuid), .bytea(secret.digest), .timestamptz(now.date)])
            }
            return .good(signIn, replacement: nil)
        case .copied:
            try await end(id, of: signIn.account)
            return .copied(signIn)
        case .unknown: return .none
        }
    }

    /// The one with this id, if it has not ended.
    package func find(_ id: SignInID, at now: Timestamp) async throws -> SignIn? {
        let rows = try await select("id = $1", [.uuid(id.uuid)], now)
        return rows.first
    }

    /// Where the account is signed in, the newest first.
    package func all(of account: Subject, at now: Timestamp) async throws -> [SignIn] {
        try await select("account = $1", [.text(account.description)], now)
    }

    /// - Returns: whether there was one.
    @discardableResult
    package func end(_ id: SignInID, of account: Subject) async throws -> Bool {
        try await delete("id = $2", .uuid(id.uuid), of: account)
    }

    /// Ends all of the account's, but for one where one is named.
    @discardableResult
    package func endAll(of account: Subject, but kept: SignInID? = nil) async throws -> Bool {
        try await delete("id IS DISTINCT FROM $2", .uuid(kept?.uuid), of: account)
    }

    /// What the account signed in by a code counts as without one from now on.
    package func weaken(_ account: Subject) async throws {
        try await pool.connection { db in
            let parameters: [Parameter] = [
                .text(account.description), .text(SignInMeans.password.rawValue), .text(SignInMeans.code.rawValue),
            ]
            _ = try db.query("UPDATE sign_ins SET means = $2 WHERE account = $1 AND means = $3", parameters)
        }
    }

    /// Notes that a code of the second factor was shown.
    package func strengthen(_ id: SignInID) async throws {
        _ = try await change(id, "means = $2", [.text(SignInMeans.code.rawValue)])
    }
}

extension SignIns {
    private func select(_ condition: String, _ parameters: [Parameter], _ now: Timestamp) async throws -> [SignIn] {
        let moments: [Parameter] = [.timestamptz(now.date), .timestamptz(now.advanced(by: .zero - limits.idle).date)]
        return try await pool.connection { db in
            try db.query(
                """
                SELECT id, account, means, device, since, seen_at, ends_at, current, next, previous, rotated_at, offered_at
                FROM sign_ins WHERE \(condition) AND ends_at > $2 AND seen_at > $3 ORDER BY since DESC, id LIMIT 100
                """,
                parameters + moments
            ).map { try SignIn($0) }
        }
    }

    /// - Returns: whether there is such a sign-in.
    private func change(_ id: SignInID, _ sets: String, _ parameters: [Parameter]) async throws -> Bool {
        try await pool.connection { db in
            try !db.query("UPDATE sign_ins SET \(sets) WHERE id = $1 RETURNING id", [.uuid(id.uuid)] + parameters).isEmpty
        }
    }

    private func delete(_ condition: String, _ parameter: Parameter, of account: Subject) async throws -> Bool {
        try await pool.connection { db in
            let parameters: [Parameter] = [.text(account.description), parameter]
            return try !db.query("DELETE FROM sign_ins WHERE account = $1 AND \(condition) RETURNING id", parameters).isEmpty
        }
    }

    /// Somebody who asks all the time is noted once a minute.
    private func see(_ signIn: SignIn, at now: Timestamp) async throws {
        guard now.date.timeIntervalSince(signIn.seen.date) > min(60, limits.idle / .seconds(4)) else { return }
        _ = try await change(signIn.id, "seen_at = $2", [.timestamptz(now.date)])
    }
}

extension SignIn {
    fileprivate init(_ row: Row) throws {
        id = SignInID(try row.decode(0, as: UUID.self))
        account = try Subject(try row.decode(1, as: String.self))
        by = SignInMeans(rawValue: try row.decode(2, as: String.self)) ?? .password
        device = try row.decode(3, as: String.self)
        since = Timestamp(try row.decode(4, as: Date.self))
        seen = Timestamp(try row.decode(5, as: Date.self))
        end = Timestamp(try row.decode(6, as: Date.self))
        secrets = CookieSecrets(
            current: try row.decode(7, as: [UInt8].self),
            next: try row.decodeIfPresent(8, as: [UInt8].self),
            previous: try row.decodeIfPresent(9, as: [UInt8].self),
            rotated: Timestamp(try row.decode(10, as: Date.self)),
            offered: try row.decodeIfPresent(11, as: Date.self).map { Timestamp($0) }
        )
    }
}

/// The digests of a cookie's secrets: the one in use, the one that is to follow, and the one before.
///
/// A new secret takes over only when it has come back, so that an answer that was lost signs nobody out. The one before is good a little
/// longer, for requests under way; after that it can only be a copy.
struct CookieSecrets: Equatable, Sendable {
    let current: [UInt8]
    let next: [UInt8]?
    let previous: [UInt8]?
    /// When the current one took over, and when the next was sent.
    let rotated: Timestamp
    let offered: Timestamp?

    enum Use: Equatable {
        case asIs, replace, promote, copied, unknown
    }

    /// After how long a secret is replaced.
    static let age = Duration.seconds(15 * 60)
    /// How long a request may be under way with the secret of before, and an answer with the next one.
    static let grace = Duration.seconds(60)

    func use(_ digest: [UInt8], at now: Timestamp) -> Use {
        switch digest {
        case current:
            guard rotated.advanced(by: Self.age) <= now else { return .asIs }
            return offered.map { $0 > rotated && $0.advanced(by: Self.grace) > now } ?? false ? .asIs : .replace
        case next: return .promote
        case previous: return rotated.advanced(by: Self.grace) > now ? .asIs : .copied
        default: return .unknown
        }
    }
}
