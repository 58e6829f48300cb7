import Crypto
import EventStore
import FoundationEssentials
import Hummingbird

/// A write as its caller named it: who asks, under which key, and on what condition.
struct Write: Sendable {
    let identity: Identity
    let key: AppendKey
    /// The version that the resource must have, as `If-Match` says.
    let expectedVersion: Int?
    /// Whether `If-Match: *` asks that the resource is there at all (RFC 9110 §13.1.1).
    let mustExist: Bool

    init(key: String, request: Request, body: [UInt8], identity: Identity?) throws {
        guard let identity else { throw Problem.unauthorized("token-missing", "This needs a token: send Authorization: Bearer …") }
        self.identity = identity
        var name = SHA256()
        name.update(data: Array(identity.subject.utf8))
        name.update(data: [0])
        name.update(data: Array(key.utf8))
        var asked = SHA256()
        asked.update(data: Array("\(request.method.rawValue) \(request.uri.string)\n".utf8))
        asked.update(data: body)
        let fingerprint = asked.finalize().withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
        self.key = AppendKey(id: UUID(digest: name.finalize()), fingerprint: fingerprint)
        let condition = request.headers[.ifMatch]
        mustExist = condition == "*"
        expectedVersion = mustExist ? nil : try condition.map(Self.version)
    }

    /// An identifier for something that this write creates: a repeat of the write makes the same.
    func newID(_ index: Int = 0) -> UUID {
        var hash = SHA256()
        withUnsafeBytes(of: key.id.uuid) { hash.update(bufferPointer: $0) }
        withUnsafeBytes(of: index.bigEndian) { hash.update(bufferPointer: $0) }
        return UUID(digest: hash.finalize())
    }

    private static func version(_ header: String) throws -> Int {
        guard header.count > 2, header.first == "\"", header.last == "\"", let version = Int(header.dropFirst().dropLast()), version > 0
        else {
            throw Problem.badRequest("If-Match must be one version in quotes, as the ETag gives it, \"3\", or *.")
        }
        return version
    }
}

extension UUID {
    /// A UUID of version 8 (RFC 9562 §5.8) from the first 16 bytes of a digest, which has as many or more.
    init(digest: some Sequence<UInt8>) {
        var bytes = Array(digest.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        self = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
