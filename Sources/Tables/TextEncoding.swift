import Glibc

/// How a text file writes its characters.
package enum TextEncoding: String, Sendable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    case gb18030 = "GB18030"
}

extension TextEncoding {
    /// The text in UTF-8, without a byte order mark, and in which encoding it was.
    ///
    /// A mark tells the encoding. Without one it is UTF-16 where zeros stand at every other place, UTF-8 where that is valid, and
    /// else GB18030, as spreadsheets in China write CSV.
    static func decode(_ bytes: [UInt8]) throws(TableFault) -> (text: [UInt8], encoding: TextEncoding) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (try utf8(Array(bytes.dropFirst(3))), .utf8) }
        if bytes.starts(with: [0xFF, 0xFE]) { return (try converted(bytes.dropFirst(2), .utf16LittleEndian), .utf16LittleEndian) }
        if bytes.starts(with: [0xFE, 0xFF]) { return (try converted(bytes.dropFirst(2), .utf16BigEndian), .utf16BigEndian) }
        if bytes.contains(0) {
            guard let encoding = utf16(bytes) else { throw .unknownFormat }
            return (try converted(bytes[...], encoding), encoding)
        }
        if String(validating: bytes, as: UTF8.self) != nil { return (try plain(bytes), .utf8) }
        return (try converted(bytes[...], .gb18030), .gb18030)
    }

    private static func utf8(_ bytes: [UInt8]) throws(TableFault) -> [UInt8] {
        guard String(validating: bytes, as: UTF8.self) == nil else { return try plain(bytes) }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        throw .undecodable(line: (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0) + 1)
    }

    /// Which UTF-16 it is that has zeros, the upper halves of ASCII characters, on one side only.
    private static func utf16(_ bytes: [UInt8]) -> TextEncoding? {
        var zeros = (even: 0, odd: 0)
        for index in bytes.indices where bytes[index] == 0 {
            if index & 1 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
        }
        if bytes.count & 1 == 1 { return nil }
        if zeros.odd > 8 * zeros.even { return .utf16LittleEndian }
        return zeros.even > 8 * zeros.odd ? .utf16BigEndian : nil
    }

    /// What no text of a table holds shows that it is none.
    private static func plain(_ text: [UInt8]) throws(TableFault) -> [UInt8] {
        guard text.allSatisfy({ $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) else { throw .unknownFormat }
        return text
    }

    /// By iconv(3) of the C library, which refuses what is invalid.
    private static func converted(_ bytes: ArraySlice<UInt8>, _ encoding: TextEncoding) throws(TableFault) -> [UInt8] {
        let converter = iconv_open("UTF-8", encoding.rawValue)
        guard let converter, Int(bitPattern: converter) != -1 else { throw .undecodable(line: 1) }
        defer { iconv_close(converter) }
        var source = Array(bytes)
        // A character of two bytes has at most three in UTF-8, one of a single byte has one.
        var text = [UInt8](repeating: 0, count: source.count / 2 * 3 + 8)
        let (left, written) = source.withUnsafeMutableBytes { source in
            text.withUnsafeMutableBytes { room in
                var next = source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var place = room.baseAddress?.assumingMemoryBound(to: CChar.self)
                var (left, free) = (source.count, room.count)
                _ = iconv(converter, &next, &left, &place, &free)
                return (left, room.count - free)
            }
        }
        text.removeLast(text.count - written)
        guard left == 0 else { throw .undecodable(line: text.count { $0 == UInt8(ascii: "\n") } + 1) }
        return try plain(text)
    }
}
