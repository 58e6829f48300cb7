import FoundationEssentials

/// Writes big-endian values one after the other; the caller has made room for all of them.
struct ByteWriter: ~Copyable {
    private(set) var position: UnsafeMutableRawPointer

    init(at start: UnsafeMutableRawPointer) {
        position = start
    }

    mutating func put(_ value: some FixedWidthInteger & BitwiseCopyable) {
        let swapped = value.bigEndian
        position.storeBytes(of: swapped, as: type(of: swapped))
        position += MemoryLayout.size(ofValue: swapped)
    }

    mutating func put(_ word: UInt64, width: Int) {
        withUnsafeBytes(of: word.bigEndian) { put(UnsafeRawBufferPointer(rebasing: $0[(8 - width)...])) }
    }

    mutating func put(_ bytes: UnsafeRawBufferPointer) {
        if let base = bytes.baseAddress { position.copyMemory(from: base, byteCount: bytes.count) }
        position += bytes.count
    }

    mutating func put(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { put($0) }
    }

    mutating func put(_ text: String) {
        let written: Void? = text.utf8.withContiguousStorageIfAvailable { put(UnsafeRawBufferPointer($0)) }
        if written == nil { put(Array(text.utf8)) }
    }

    mutating func put(_ uuid: UUID) {
        withUnsafeBytes(of: uuid.uuid) { put($0) }
    }

    /// A jsonb value on the wire is its version, 1, and the text.
    mutating func putJSONB(_ json: [UInt8]) {
        put(1 as UInt8)
        put(json)
    }
}
