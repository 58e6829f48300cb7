extension String {
    /// Whether the text, which others will read, holds a number by which a person can be reached or recognised.
    ///
    /// That is seven or more digits in a row, and a telephone or identity number (GB 11643) as people write it: parted by blanks, hyphens,
    /// dots and the like, in digits of any script, circled ones and Chinese numerals. Ranges of pay, dates and hours are none.
    package var holdsPersonalNumber: Bool {
        var run = DigitRun()
        var last: Unicode.Scalar = " "
        for scalar in unicodeScalars where !scalar.isUnseenAmongDigits {
            if !run.take(scalar) {
                if run.isPersonal(before: scalar) { return true }
                run = DigitRun(isInternational: scalar.isPlus && last.writtenDigit == nil)
            }
            last = scalar
        }
        return run.isPersonal(before: nil)
    }
}

extension String {
    /// A text that staff write into the log, where it stays: checked, and without a number by which a person can be reached.
    /// - Throws: `Invalid` as ``checked(_:atMost:)`` does, and for such a number.
    func checkedImpersonal(_ field: String, atMost limit: Int) throws(Invalid) -> String {
        let text = try checked(field, atMost: limit)
        guard !text.holdsPersonalNumber else {
            throw Invalid(
                field: field,
                reason: Reason("personal-number", "must not hold a telephone or identity number: it is kept for ever")
            )
        }
        return text
    }
}

/// Digits that only separators part.
private struct DigitRun {
    private var groups: [[UInt8]] = []
    /// Whether a plus stands before them.
    private let isInternational: Bool
    /// Separators since the last digit.
    private var gap = 0

    /// Separators that may stand between two digits of one number.
    private static let widestGap = 10

    init(isInternational: Bool = false) {
        self.isInternational = isInternational
    }

    /// Takes the next scalar; false when it ends the run.
    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        if let digit = scalar.writtenDigit {
            if gap > 0 || groups.isEmpty { groups.append([]) }
            groups[groups.count - 1].append(digit)
            gap = 0
            return true
        }
        gap += 1
        return scalar.separatesDigits && gap <= Self.widestGap
    }

    /// Whether some groups of the run, one after the other, are the whole of a number.
    func isPersonal(before next: Unicode.Scalar?) -> Bool {
        for start in groups.indices {
            if groups[start].count >= 7 { return true }
            var digits: [UInt8] = []
            for (index, group) in groups.enumerated().dropFirst(start) {
                digits += group
                guard digits.count <= 18 else { break }
                let isChecked = index == groups.count - 1 && (next == "X" || next == "x")
                if isTelephone(digits, isInternational: isInternational && start == 0) || Self.isIdentity(digits, isChecked) { return true }
            }
        }
        return false
    }

    /// Numbers of fewer than nine digits after a plus are an addition: 底薪+1000-2000.
    private func isTelephone(_ digits: [UInt8], isInternational: Bool) -> Bool {
        PhoneNumber.plain(digits) != nil || isInternational && digits.count >= 9 && PhoneNumber.plain(digits, isInternational: true) != nil
    }

    /// GB 11643-1999: a division of six digits, the date of birth, three digits, and a check digit or X.
    private static func isIdentity(_ digits: [UInt8], _ isChecked: Bool) -> Bool {
        guard digits.count == (isChecked ? 17 : 18) else { return false }
        let number = { (range: Range<Int>) in digits[range].reduce(0) { $0 * 10 + Int($1) } }
        return (1900...2199).contains(number(6..<10)) && (1...12).contains(number(10..<12)) && (1...31).contains(number(12..<14))
    }
}

extension Unicode.Scalar {
    /// 0 to 9 for whatever is read as one digit: of any script, full-width, circled, or a Chinese numeral.
    var writtenDigit: UInt8? {
        properties.numericValue.flatMap { UInt8(exactly: $0) }.flatMap { $0 <= 9 ? $0 : nil }
    }

    var isPlus: Bool { self == "+" || self == "＋" }

    /// What people put between the groups of a number. Colons stand in times, percent signs after numbers.
    var separatesDigits: Bool {
        switch properties.generalCategory {
        case .dashPunctuation, .openPunctuation, .closePunctuation, .connectorPunctuation: true
        case .otherPunctuation: !":：%％".unicodeScalars.contains(self)
        case .mathSymbol: "~～|｜−⁄".unicodeScalars.contains(self)
        default: properties.isWhitespace
        }
    }

    /// What leaves digits beside each other: characters without a shape, and what encircles one.
    fileprivate var isUnseenAmongDigits: Bool {
        properties.isDefaultIgnorableCodePoint || [.nonspacingMark, .enclosingMark].contains(properties.generalCategory)
    }
}
