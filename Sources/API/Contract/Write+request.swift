import Access
import Commands
import Crypto
import EventStore
import FoundationEssentials
import Hummingbird

extension Write {
    /// The write that a request asks for: known by its subject and key, told from another by method, path and body.
    /// - Throws: `AccessError.tokenMissing` without an identity, a problem for an `If-Match` that is none.
    init(key: String, request: Request, body: [UInt8], identity: Identity?) throws {
        guard let identity else { throw AccessError.tokenMissing }
        var name = SHA256()
        name.update(data: Array(identity.subject.utf8))
        name.update(data: [0])
        name.update(data: Array(key.utf8))
        var asked = SHA256()
        asked.update(data: Array("\(request.method.rawValue) \(request.uri.string)\n".utf8))
        asked.update(data: body)
        let fingerprint = asked.finalize().withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
        let condition = request.headers[.ifMatch]
        // RFC 9110 §13.1.1: the star asks that the resource is there at all.
        let mustExist = condition == "*"
        self.init(
            by: .person(identity),
            key: AppendKey(id: UUID(digest: name.finalize()), fingerprint: fingerprint),
            expectedVersion: mustExist ? nil : try condition.map(Self.version),
            mustExist: mustExist
        )
    }

    private static func version(_ header: String) throws -> Int {
        guard header.count > 2, header.first == "\"", header.last == "\"", let version = Int(header.dropFirst().dropLast()), version > 0
        else {
            throw Problem.badRequest("If-Match must be one version in quotes, as the ETag gives it, \"3\", or *.")
        }
        return version
    }
}
