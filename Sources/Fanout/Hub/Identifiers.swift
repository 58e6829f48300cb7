/// Names a room. Sixteen bytes that mean nothing here: whoever opens the room chooses them.
package struct RoomID: Hashable, Sendable {
    package let value: UInt128

    package init(_ value: UInt128) { self.value = value }
}

/// Names a viewer in events out of the hub. Sixteen bytes that mean nothing here; two connections may share one.
package struct ViewerID: Hashable, Sendable {
    package let value: UInt128

    package init(_ value: UInt128) { self.value = value }
}

/// Names where a connection comes from, for the limit on connections per address.
package struct ClientAddress: Hashable, Sendable {
    package let value: UInt128

    /// An IPv6 address counts by its first 64 bits, which is what one subscriber is given (RFC 6177).
    package init(v6 bytes: some Collection<UInt8>) {
        value = bytes.prefix(8).reduce(0) { $0 << 8 | UInt128($1) } << 64
    }

    package init(v4 address: UInt32) { value = 0xFFFF_0000_0000 | UInt128(address) }
}
