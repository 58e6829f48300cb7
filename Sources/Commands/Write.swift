import Access
import Crypto
package import EventStore
package import FoundationEssentials

/// A write as its caller named it: who asks, under which key, and on what condition.
package struct Write: Sendable {
    package let caller: Caller
    package let key: AppendKey
    /// The version that the resource must have.
    package let expectedVersion: Int?
    /// Whether the resource must be there at all.
    package let mustExist: Bool

    package init(by caller: Caller, key: AppendKey, expectedVersion: Int? = nil, mustExist: Bool = false) {
        self.caller = caller
        self.key = key
        self.expectedVersion = expectedVersion
        self.mustExist = mustExist
    }

    /// An identifier for something that this write creates: a repeat of the write makes the same.
    package func newID(_ index: Int = 0) -> UUID {
        var hash = SHA256()
        withUnsafeBytes(of: key.id.uuid) { hash.update(bufferPointer: $0) }
        withUnsafeBytes(of: index.bigEndian) { hash.update(bufferPointer: $0) }
        return UUID(digest: hash.finalize())
    }
}
