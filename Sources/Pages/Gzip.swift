import CZlib

/// `content` as gzip makes it smaller (RFC 1952); nil where it doesn't, and without the memory for it.
///
/// `effort` is from 1, the quickest, to 9, the smallest.
package func gzipped(_ content: [UInt8], effort: Int32) -> [UInt8]? {
    var stream = z_stream()
    // 16 above the window's size of 15 bits asks for gzip's head and tail in place of zlib's (zlib.h, deflateInit2).
    let begun = deflateInit2_(
        &stream,
        effort,
        Z_DEFLATED,
        15 + 16,
        8,
        Z_DEFAULT_STRATEGY,
        ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)
    )
    guard begun == Z_OK, let length = UInt32(exactly: content.count) else { return nil }
    defer { deflateEnd(&stream) }
    var source = content
    return source.withUnsafeMutableBufferPointer { source in
        let compressed = [UInt8](unsafeUninitializedCapacity: content.count) { room, count in
            (stream.next_in, stream.avail_in) = (source.baseAddress, length)
            (stream.next_out, stream.avail_out) = (room.baseAddress, length)
            count = deflate(&stream, Z_FINISH) == Z_STREAM_END ? room.count - Int(stream.avail_out) : 0
        }
        return compressed.isEmpty ? nil : compressed
    }
}
