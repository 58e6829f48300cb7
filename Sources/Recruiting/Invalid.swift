/// A value that cannot be what it was given as: which field, and why; an edge turns it into a field error.
package struct Invalid: Error, Hashable, CustomStringConvertible {
    package let field: String
    /// One English clause that says what the field must be, as in `must be 18 characters`.
    package let reason: String

    package init(field: String, reason: String) {
        self.field = field
        self.reason = reason
    }

    package var description: String { "\(field) \(reason)" }
}

extension String {
    /// The text without white space around it.
    /// - Throws: `Invalid` when nothing is left, when it is longer than `limit` characters or holds a control character other than a line break or tab.
    package func checked(_ field: String, atMost limit: Int) throws(Invalid) -> String {
        let text = String(trimmingSpace)
        guard !text.isEmpty else { throw Invalid(field: field, reason: "must not be empty") }
        guard text.count <= limit else { throw Invalid(field: field, reason: "must have at most \(limit) characters") }
        guard !text.unicodeScalars.contains(where: \.isForbiddenControl) else {
            throw Invalid(field: field, reason: "must not contain control characters")
        }
        return text
    }

    private var trimmingSpace: Substring {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }
}

extension Unicode.Scalar {
    fileprivate var isForbiddenControl: Bool {
        properties.generalCategory == .control && self != "\n" && self != "\r" && self != "\t"
    }
}

extension Array where Element == String {
    /// The texts, each checked; for lists of which at least one entry is wanted.
    /// - Throws: `Invalid` when there is none, more than `count`, or one of them is invalid.
    package func checked(_ field: String, atMost limit: Int, count: Int = 50) throws(Invalid) -> [String] {
        guard !isEmpty else { throw Invalid(field: field, reason: "must name at least one") }
        guard self.count <= count else { throw Invalid(field: field, reason: "must name at most \(count)") }
        var texts: [String] = []
        for text in self { texts.append(try text.checked(field, atMost: limit)) }
        return texts
    }
}
