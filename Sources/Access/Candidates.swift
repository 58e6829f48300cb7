import Crypto
import FoundationEssentials
package import Postgres
package import Recruiting

/// Who candidates are, and what their submissions are called in the log.
///
/// A candidate's identifier is random. What leads to it, a token's holder or a telephone number, stands in `candidate_identities` as
/// a digest under a secret, so that nobody who reads the database can tell who it is, or try numbers until one fits.
package struct Candidates: Sendable {
    private let pool: PostgresPool
    private let secret: SymmetricKey

    /// `master` is the master key of ``PersonalData``. With another one nobody would find their submissions again.
    package init(pool: PostgresPool, master: [UInt8]) {
        self.pool = pool
        secret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: master),
            info: Data("jobcast candidates".utf8),
            outputByteCount: 32
        )
    }

    /// The candidates that the caller is, none for somebody who has never applied: whose submissions the caller may see. Only reads.
    package func candidates(of caller: Identity) async throws -> [CandidateID] {
        try await pool.connection { db in
            try db.query("SELECT candidates FROM candidate_identities WHERE digest = $1", [holder(caller)]).first.map(Self.candidates) ?? []
        }
    }

    /// The same for a caller who applies, and is somebody from now on. New submissions are the last one's.
    package func applying(_ caller: Identity) async throws -> [CandidateID] {
        try await find(holder(caller))
    }

    /// The person who has this number, as staff enter it; made at the first use.
    package func candidate(of number: PhoneNumber) async throws -> CandidateID {
        try await find(digest("number|\(number.e164)"))[0]
    }

    /// Makes the caller the person who has `number`, which they have shown by a code, or staff have seen: from now on this holder and
    /// all others of the same number see each other's submissions. What the holder sent before stays the holder's alone.
    /// - Returns: whom new submissions are of.
    @discardableResult
    package func confirm(_ number: PhoneNumber, of caller: Identity) async throws -> CandidateID {
        try await pool.connection { db in
            let parameters = [digest("number|\(number.e164)"), .uuid(UUID()), holder(caller)]
            return try db.query(Self.confirm, parameters).map(Self.candidates)[0].last!
        }
    }

    /// Cuts all that leads to these candidates: whoever comes with their devices or numbers is somebody new.
    package func forget(_ candidates: [CandidateID]) async throws {
        try await pool.connection { db in
            for candidate in candidates {
                _ = try db.query("DELETE FROM candidate_identities WHERE candidates = ARRAY[$1]", [.uuid(candidate.uuid)])
                _ = try db.query(
                    "UPDATE candidate_identities SET candidates = array_remove(candidates, $1) WHERE $1 = ANY(candidates)",
                    [.uuid(candidate.uuid)]
                )
            }
        }
    }

    /// The one submission of a candidate to a job: the name of its stream makes a second one impossible.
    package func submission(of candidate: CandidateID, to job: JobID) -> SubmissionID {
        SubmissionID(UUID(digest: code("submission|\(candidate)|\(job)")))
    }

    /// Whoever comes second waits for the first, and finds the same.
    private static let find = """
        INSERT INTO candidate_identities (digest, candidates) VALUES ($1, ARRAY[$2])
        ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING candidates
        """

    /// The number's candidate becomes the holder's last, without being there twice.
    private static let confirm = """
        WITH person AS (\(find))
        INSERT INTO candidate_identities AS holder (digest, candidates) SELECT $3, candidates FROM person
        ON CONFLICT (digest) DO UPDATE
            SET candidates = array_remove(holder.candidates, excluded.candidates[1]) || excluded.candidates RETURNING candidates
        """

    private func find(_ digest: Parameter) async throws -> [CandidateID] {
        try await pool.connection { db in try db.query(Self.find, [digest, .uuid(UUID())]).map(Self.candidates)[0] }
    }

    private static func candidates(_ row: Row) throws -> [CandidateID] {
        try row.decode(0, as: [UUID].self).map { CandidateID($0) }
    }

    private func holder(_ caller: Identity) -> Parameter { digest("holder|\(caller.subject)") }

    private func digest(_ text: String) -> Parameter { .bytea(Array(code(text))) }

    private func code(_ text: String) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: secret)
    }
}
