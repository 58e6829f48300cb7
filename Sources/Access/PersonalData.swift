import Crypto
import FoundationEssentials
import JSON
package import Postgres
package import Recruiting

/// Encrypts personal data with a key per candidate (AES-256-GCM), each key wrapped by the master key. A destroyed key takes all that
/// it has encrypted with it.
package struct PersonalData: Sendable {
    private let pool: PostgresPool
    private let master: SymmetricKey

    /// `master` has 32 bytes, is the same on every node, and never changes while keys are wrapped by it.
    package init(pool: PostgresPool, master: [UInt8]) {
        precondition(master.count == 32, "the master key has 32 bytes")
        self.pool = pool
        self.master = SymmetricKey(data: master)
    }

    /// `value` under the candidate's key, which is made at the first use.
    package func encrypt(_ value: some Encodable, of candidate: CandidateID) async throws -> Sealed {
        let (id, key) = try await key(of: candidate)
        let box = try AES.GCM.seal(JSONEncoder().encode(value), using: key, authenticating: Data(candidate.description.utf8))
        return Sealed(key: id, nonce: Data(box.nonce), ciphertext: box.ciphertext + box.tag)
    }

    /// What was encrypted, in the order given; nil for nil, and once its key has been destroyed. One query for all keys.
    package func open<Value: Decodable>(_ all: [(sealed: Sealed, candidate: CandidateID)?], as _: Value.Type) async throws -> [Value?] {
        let ids = Array(Set(all.compactMap { $0?.sealed.key.uuid }))
        guard !ids.isEmpty else { return all.map { _ in nil } }
        let wrapped = try await pool.connection { db in
            let rows = try db.query("SELECT key, wrapped FROM subject_keys WHERE key = ANY($1)", [.uuids(ids)])
            return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.decode(0, as: UUID.self), try $0.decode(1, as: [UInt8].self)) })
        }
        return try all.map { letter in
            guard let (sealed, candidate) = letter, let bytes = wrapped[sealed.key.uuid] else { return nil }
            let key = try unwrap(bytes, sealed.key)
            let tag = sealed.ciphertext.suffix(16)
            let box = try AES.GCM.SealedBox(nonce: .init(data: sealed.nonce), ciphertext: sealed.ciphertext.dropLast(16), tag: tag)
            let text = try AES.GCM.open(box, using: key, authenticating: Data(candidate.description.utf8))
            return try JSONDocument([UInt8](text)).decode()
        }
    }

    /// Destroys the candidate's key: nothing that was encrypted with it can be read any more.
    package func destroyKey(of candidate: CandidateID) async throws {
        try await pool.connection { db in _ = try db.query("DELETE FROM subject_keys WHERE candidate = $1", [.uuid(candidate.uuid)]) }
    }

    private func key(of candidate: CandidateID) async throws -> (KeyID, SymmetricKey) {
        let fresh = SymmetricKey(size: .bits256)
        let id = KeyID(UUID())
        let wrapped = try AES.GCM.seal(fresh.withUnsafeBytes { Data($0) }, using: master, authenticating: Data(id.description.utf8))
            .combined!
        let (found, bytes) = try await pool.connection { db in
            let row = try db.query(
                """
                INSERT INTO subject_keys (candidate, key, wrapped) VALUES ($1, $2, $3)
                ON CONFLICT (candidate) DO UPDATE SET candidate = excluded.candidate RETURNING key, wrapped
                """,
                [.uuid(candidate.uuid), .uuid(id.uuid), .bytea([UInt8](wrapped))]
            )[0]
            return (KeyID(try row.decode(0, as: UUID.self)), try row.decode(1, as: [UInt8].self))
        }
        return (found, try unwrap(bytes, found))
    }

    private func unwrap(_ wrapped: [UInt8], _ id: KeyID) throws -> SymmetricKey {
        let box = try AES.GCM.SealedBox(combined: Data(wrapped))
        return SymmetricKey(data: try AES.GCM.open(box, using: master, authenticating: Data(id.description.utf8)))
    }
}
