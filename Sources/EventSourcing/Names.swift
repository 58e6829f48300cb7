/// The name of a stream: a category and an identifier, as in `session-0192f0c1-…`.
package struct StreamName: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    package init(category: String, id: some CustomStringConvertible) {
        self.description = "\(category)-\(id)"
    }

    /// Streams are the same by the bytes of their names, as the log has them: Unicode's equivalents, as é in one scalar and in two, are
    /// equal as texts.
    package static func == (one: Self, other: Self) -> Bool {
        one.description == other.description && one.description.utf8.elementsEqual(other.description.utf8)
    }

    /// The part before the first hyphen, such as `session`.
    package var category: Substring {
        description.prefix { $0 != "-" }
    }

    /// What stands after the first hyphen; empty when there is none.
    package var id: Substring {
        description.dropFirst(category.count + 1)
    }
}

/// A place in the log: 1 is the first event; dense and in commit order. 0 stands before the first event.
package struct LogPosition: RawRepresentable, Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static let start = LogPosition(0)

    package static func < (a: LogPosition, b: LogPosition) -> Bool {
        a.rawValue < b.rawValue
    }

    /// The position `count` places on. It stops at the highest and the lowest number there is, as a position may be anything that a client names.
    package func advanced(by count: Int) -> LogPosition {
        let (sum, isBeyond) = rawValue.addingReportingOverflow(Int64(count))
        return LogPosition(isBeyond ? count < 0 ? .min : .max : sum)
    }

    package var description: String { String(rawValue) }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension StreamName: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        self.init(value)
    }
}

extension LogPosition: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int64) {
        self.init(value)
    }
}
