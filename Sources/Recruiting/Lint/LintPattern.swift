/// What the lint looks for: characters, and in braces what stands for several of them.
///
/// `{n}` is a number, `{to}` what parts two numbers of a range, `{id}` an account of letters and digits, `{any}` up to four characters of the
/// clause. Each takes so many characters at most that a text is read in a time that grows with its length alone.
struct LintPattern: Hashable, Sendable {
    private enum Part: Hashable {
        case scalar(Unicode.Scalar)
        case number, range, account, any
    }

    private let parts: [Part]

    /// The character that it begins with; nil when that is a digit.
    var first: Unicode.Scalar? {
        guard case .scalar(let scalar)? = parts.first else { return nil }
        return scalar
    }

    /// Nil when nothing would be looked for.
    init?(_ text: String) {
        var parts: [Part] = []
        var rest = Substring(text.lowercased())
        while let character = rest.first {
            if character == "{", let end = rest.firstIndex(of: "}") {
                switch rest[rest.index(after: rest.startIndex)..<end] {
                case "n": parts.append(.number)
                case "to": parts.append(.range)
                case "id": parts.append(.account)
                case "any": parts.append(.any)
                default: return nil
                }
                rest = rest[rest.index(after: end)...]
            } else {
                parts += character.unicodeScalars.map { .scalar($0) }
                rest = rest.dropFirst()
            }
        }
        switch parts.first {
        case .scalar, .number: self.parts = parts
        default: return nil
        }
    }

    private static let longestNumber = 6
    private static let accounts = 5...32
    private static let longestGap = 4

    /// Where what begins at `place` ends; nil when it isn't this. Words of letters are whole words.
    func end(at place: Int, in text: LintText) -> Int? {
        let scalars = text.scalars
        if let first, first.isLetter, place > 0, scalars[place - 1].isLetter { return nil }
        guard let end = end(of: parts[...], at: place, in: scalars) else { return nil }
        if case .scalar(let last)? = parts.last, last.isLetter, end < scalars.count, scalars[end].isLetter { return nil }
        return end
    }

    private func end(of parts: ArraySlice<Part>, at place: Int, in scalars: [Unicode.Scalar]) -> Int? {
        guard let part = parts.first else { return place }
        let rest = parts.dropFirst()
        switch part {
        case .scalar(let scalar):
            return place < scalars.count && scalars[place] == scalar ? end(of: rest, at: place + 1, in: scalars) : nil
        case .range:
            return place < scalars.count && " 至到—–―".unicodeScalars.contains(scalars[place])
                ? end(of: rest, at: place + 1, in: scalars) : nil
        case .number:
            let count = scalars[place...].prefix(Self.longestNumber + 1, while: \.isLatinDigit)
            return (1...Self.longestNumber).contains(count) ? end(of: rest, at: place + count, in: scalars) : nil
        case .account:
            let count = scalars[place...].prefix(Self.accounts.upperBound, while: \.isLatin)
            return Self.accounts.contains(count) ? end(of: rest, at: place + count, in: scalars) : nil
        case .any:
            for gap in 0...Self.longestGap where place + gap <= scalars.count {
                if let end = end(of: rest, at: place + gap, in: scalars) { return end }
            }
            return nil
        }
    }
}

extension ArraySlice<Unicode.Scalar> {
    /// How many of the first `limit` are alike.
    fileprivate func prefix(_ limit: Int, while holds: (Unicode.Scalar) -> Bool) -> Int {
        prefix(limit).prefix(while: holds).count
    }
}

extension Unicode.Scalar {
    fileprivate var isLetter: Bool { (0x61...0x7A).contains(value) }
}
