/// Records of comma-separated values under RFC 4180, read one after the other in linear time.
///
/// Lines end in CRLF, LF or CR; a byte order mark is skipped; empty lines are no records.
struct CSVReader {
    struct Record {
        /// The physical line on which the record begins, from 1.
        let line: Int
        let fields: [String]
    }

    /// What makes the rest of the text unreadable.
    enum Fault: Error, Hashable {
        case unterminatedQuote(line: Int)
        case quoteInsideField(line: Int)
        case textAfterQuote(line: Int)
        case longField(line: Int)
        case manyFields(line: Int)
    }

    private let bytes: [UInt8]
    /// Bytes in a field, at most.
    private let fieldLimit: Int
    /// Fields in a record, at most.
    private let fieldsLimit: Int
    private var index: Int
    private var line = 1

    init(_ bytes: [UInt8], fieldLimit: Int, fieldsLimit: Int) {
        self.bytes = bytes
        self.fieldLimit = fieldLimit
        self.fieldsLimit = fieldsLimit
        index = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    }

    /// The next record; nil at the end of the text.
    mutating func next() throws(Fault) -> Record? {
        while index < bytes.count, bytes[index] == .cr || bytes[index] == .lf { endLine() }
        guard index < bytes.count else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            guard fields.count < fieldsLimit else { throw .manyFields(line: start) }
            fields.append(try index < bytes.count && bytes[index] == .quote ? quoted() : plain())
            guard index < bytes.count, bytes[index] == .comma else { break }
            index += 1
        }
        if index < bytes.count { endLine() }
        return Record(line: start, fields: fields)
    }

    private mutating func plain() throws(Fault) -> String {
        let start = index
        while index < bytes.count {
            guard index - start <= fieldLimit else { throw .longField(line: line) }
            switch bytes[index] {
            case .comma, .cr, .lf: return String(decoding: bytes[start..<index], as: UTF8.self)
            case .quote: throw .quoteInsideField(line: line)
            default: index += 1
            }
        }
        return String(decoding: bytes[start...], as: UTF8.self)
    }

    private mutating func quoted() throws(Fault) -> String {
        let opening = line
        var text: [UInt8] = []
        index += 1
        while index < bytes.count {
            guard text.count <= fieldLimit else { throw .longField(line: opening) }
            let byte = bytes[index]
            if byte == .cr || byte == .lf {
                let start = index
                endLine()
                text += bytes[start..<index]
            } else if byte != .quote {
                text.append(byte)
                index += 1
            } else if index + 1 < bytes.count, bytes[index + 1] == .quote {
                text.append(.quote)
                index += 2
            } else {
                index += 1
                guard index == bytes.count || [.comma, .cr, .lf].contains(bytes[index]) else { throw .textAfterQuote(line: line) }
                return String(decoding: text, as: UTF8.self)
            }
        }
        throw .unterminatedQuote(line: opening)
    }

    private mutating func endLine() {
        index += bytes[index] == .cr && index + 1 < bytes.count && bytes[index + 1] == .lf ? 2 : 1
        line += 1
    }
}

extension UInt8 {
    fileprivate static let cr = UInt8(ascii: "\r")
    fileprivate static let lf = UInt8(ascii: "\n")
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let quote = UInt8(ascii: "\"")
}
