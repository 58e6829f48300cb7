import Crypto
package import FoundationEssentials
package import Postgres
package import Recruiting

/// The files of companies' documents, each encrypted (AES-256-GCM) with a key of its own, which is wrapped by the master key.
///
/// A file is kept before the log says that it is on file, so that the log never tells of one that isn't there; what a filing leaves that
/// came to nothing is found by its age.
package struct CompanyDocuments: Sendable {
    private let pool: PostgresPool
    private let master: SymmetricKey

    /// `master` is the master key of ``PersonalData``.
    package init(pool: PostgresPool, master: [UInt8]) {
        self.pool = pool
        self.master = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: master),
            info: Data("jobcast documents".utf8),
            outputByteCount: 32
        )
    }

    /// A document's identifier: a repeat of the same filing makes the same, and another file another.
    package static func id(_ filing: UUID, of file: [UInt8]) -> DocumentID {
        var hash = SHA256()
        withUnsafeBytes(of: filing.uuid) { hash.update(bufferPointer: $0) }
        hash.update(data: file)
        return DocumentID(UUID(digest: hash.finalize()))
    }

    /// Keeps `file`, also when it is kept already, as by an attempt that broke off.
    package func keep(_ file: [UInt8], as document: DocumentID, of company: CompanyID) async throws {
        let key = SymmetricKey(size: .bits256)
        let name = Data(document.description.utf8)
        let wrapped = try AES.GCM.seal(key.withUnsafeBytes { Data($0) }, using: master, authenticating: name).combined!
        let sealed = try AES.GCM.seal(file, using: key, authenticating: name).combined!
        try await pool.connection { db in
            _ = try db.query(
                """
                INSERT INTO company_documents (document, company, wrapped, sealed) VALUES ($1, $2, $3, $4)
                ON CONFLICT (document) DO UPDATE SET kept_at = now()
                """,
                [.uuid(document.uuid), .uuid(company.uuid), .bytea([UInt8](wrapped)), .bytea([UInt8](sealed))]
            )
        }
    }

    /// The file as it was kept; nil when it no longer is.
    package func open(_ document: DocumentID) async throws -> [UInt8]? {
        let row = try await pool.connection { db in
            try db.query("SELECT wrapped, sealed FROM company_documents WHERE document = $1", [.uuid(document.uuid)]).first.map {
                (try $0.decode(0, as: [UInt8].self), try $0.decode(1, as: [UInt8].self))
            }
        }
        guard let (wrapped, sealed) = row else { return nil }
        let name = Data(document.description.utf8)
        let key = SymmetricKey(data: try AES.GCM.open(.init(combined: wrapped), using: master, authenticating: name))
        return [UInt8](try AES.GCM.open(.init(combined: sealed), using: key, authenticating: name))
    }

    /// Deletes what isn't on file, if it has been kept for longer than `patience`: what is younger may be about to be.
    package func delete(_ document: DocumentID, after patience: Duration) async throws {
        try await pool.connection { db in
            _ = try db.query(
                "DELETE FROM company_documents WHERE document = $1 AND kept_at <= now() - $2 * interval '1 s'",
                [.uuid(document.uuid), .int8(patience.components.seconds)]
            )
        }
    }
}
