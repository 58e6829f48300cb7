package import FoundationEssentials

extension UUID {
    /// A UUID of version 8 (RFC 9562 §5.8) from the first 16 bytes of a digest, which has as many or more.
    package init(digest: some Sequence<UInt8>) {
        var bytes = Array(digest.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        self = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
