/// A value that cannot be what it was given as: which field, and why; an edge turns it into a field error.
package struct Invalid: Error, Hashable, CustomStringConvertible {
    package let field: String
    package let reason: Reason

    package init(field: String, reason: Reason) {
        self.field = field
        self.reason = reason
    }

    package var description: String { "\(field) \(reason)" }
}

extension String {
    /// The text as people see it, without white space around it: for what one person writes and others read.
    /// - Throws: `Invalid` when nothing is left, when it is longer than `limit` Unicode scalars (so four times as many bytes) or holds a
    ///   control character other than a line break or tab.
    package func checked(_ field: String, atMost limit: Int) throws(Invalid) -> String {
        let text = asSeen
        guard !text.isEmpty else { throw Invalid(field: field, reason: .empty) }
        guard text.unicodeScalars.count <= limit else { throw Invalid(field: field, reason: .tooLong(limit)) }
        guard !text.unicodeScalars.contains(where: \.isForbiddenControl) else {
            throw Invalid(field: field, reason: .control)
        }
        return text
    }

    /// The same for a name or a title: a line break or tab in it, as in a cell of a spreadsheet, becomes a blank.
    package func checkedLine(_ field: String, atMost limit: Int) throws(Invalid) -> String {
        let isLine = !unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x85 || $0.value == 0x2028 || $0.value == 0x2029 }
        return try (isLine ? self : String(map { $0.isNewline || $0 == "\t" ? " " : $0 })).checked(field, atMost: limit)
    }

    /// Whether it is as it is seen without a look at the properties of its scalars.
    private var isPlain: Bool {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last, first.isPlain, last.isPlain else { return false }
        return unicodeScalars.allSatisfy { $0.isPlain || $0 == " " }
    }

    /// The text without white space around it and without characters that have no shape of their own: marks of direction, spaces of no
    /// width, fillers, tags. They come along with what is copied, and let a name look like another or like none.
    ///
    /// Joiners stay between the characters that they join, as in 👩‍🌾 and in Arabic script; so do selectors of a variant, as of 葛󠄀.
    package var asSeen: String {
        if isPlain { return self }
        var seen = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.properties.isVariationSelector || scalar.isJoiner {
                guard let last = seen.last, !last.isBlank, !last.isJoiner else { continue }
            } else if scalar.isBlank ? seen.isEmpty : scalar.isUnseen {
                continue
            }
            seen.append(scalar)
        }
        while let last = seen.last, last.isBlank || last.isJoiner { seen.removeLast() }
        return String(seen)
    }
}

extension String {
    /// The name of a version, which is no place for words: it stands in the log for ever.
    /// - Throws: `Invalid` unless it is 1 to 20 ASCII letters, digits, dots and hyphens, and no telephone number.
    func checkedVersion(_ field: String) throws(Invalid) -> String {
        let isVersion = allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-".contains($0)) }
        guard isVersion, (1...20).contains(utf8.count), !holdsPersonalNumber else {
            throw Invalid(field: field, reason: Reason("not-a-version", "must be the name of a version, as 1 or 2026-11"))
        }
        return self
    }

    /// The text with full-width letters, digits and signs (U+FF01 to U+FF5E) as the ASCII characters that they are.
    package var asHalfWidth: String {
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            text.append((0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar)
        }
        return String(text)
    }
}

extension Unicode.Scalar {
    fileprivate var isForbiddenControl: Bool {
        (value < 0x20 || (0x7F...0x9F).contains(value)) && self != "\n" && self != "\r" && self != "\t"
    }

    /// What most texts are made of: ASCII, Chinese characters and full-width signs, of which each has a shape.
    fileprivate var isPlain: Bool {
        switch value {
        case 0x21...0x7E, 0x3001...0x3003, 0x3008...0x3011, 0x4E00...0x9FFF, 0xFF01...0xFF5E: true
        default: false
        }
    }

    /// U+200C and U+200D: no joining, and joining, of what stands beside.
    fileprivate var isJoiner: Bool { (0x200C...0x200D).contains(value) }

    /// White space; also U+2800, the pattern of Braille without dots.
    fileprivate var isBlank: Bool { properties.isWhitespace || value == 0x2800 }

    /// Whether the character has no shape of its own; U+FFF9 to U+FFFB, which mark an annotation, have none either.
    fileprivate var isUnseen: Bool { properties.isDefaultIgnorableCodePoint || (0xFFF9...0xFFFB).contains(value) }
}

extension Array where Element == String {
    /// The texts, each checked; for lists of which at least one entry is wanted.
    /// - Throws: `Invalid` when there is none, more than `count`, or one of them is invalid.
    package func checked(_ field: String, atMost limit: Int, count: Int = 50) throws(Invalid) -> [String] {
        guard !isEmpty else { throw Invalid(field: field, reason: .tooFewItems(1)) }
        guard self.count <= count else { throw Invalid(field: field, reason: .tooManyItems(count)) }
        var texts: [String] = []
        for text in self { texts.append(try text.checked(field, atMost: limit)) }
        return texts
    }
}
