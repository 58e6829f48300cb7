/// A telephone number that can be called, written plainly: `13800138000`, `07715501234`, or `+85261234567` outside the mainland.
package struct PhoneNumber: TextCoded {
    package let description: String

    /// Takes a number as people write it: with blanks, hyphens, dots and brackets, in full-width digits, with +86, 0086 or 86 before it.
    /// - Throws: `Invalid` unless it is a mobile number, a landline with its area code, or an international number.
    package init(_ text: String, field: String = "phone") throws(Invalid) {
        guard let (digits, isInternational) = Self.read(text), let plain = Self.plain(digits, isInternational: isInternational) else {
            throw Invalid(
                field: field,
                reason: Reason(
                    "not-a-telephone-number",
                    "must be a telephone number: 11 digits of a mobile, a landline with its area code, or + and the country's code"
                )
            )
        }
        description = plain
    }

    /// The number as it is dialled from anywhere (ITU-T E.164): one text for each number.
    package var e164: String {
        switch description.first {
        case "+": description
        case "0": "+86" + description.dropFirst()
        default: "+86" + description
        }
    }

    /// The digits, without what separates them; nil when something else stands among them.
    private static func read(_ text: String) -> (digits: [UInt8], isInternational: Bool)? {
        var digits: [UInt8] = []
        var isInternational = false
        for scalar in text.unicodeScalars where !scalar.properties.isDefaultIgnorableCodePoint {
            if scalar.properties.numericType == .decimal, let digit = scalar.writtenDigit {
                digits.append(digit)
            } else if scalar.isPlus {
                guard digits.isEmpty, !isInternational else { return nil }
                isInternational = true
            } else if !scalar.separatesDigits {
                return nil
            }
        }
        return (digits, isInternational)
    }

    /// The plain form of what `digits` dial, each from 0 to 9; nil when nobody answers at that.
    static func plain(_ digits: [UInt8], isInternational: Bool = false) -> String? {
        if isInternational { return plain(abroad: digits[...]) }
        if digits.starts(with: [0, 0]) { return plain(abroad: digits.dropFirst(2)) }
        return plain(national: digits[...]) ?? (digits.starts(with: [8, 6]) ? plain(national: digits.dropFirst(2)) : nil)
    }

    private static func plain(abroad digits: ArraySlice<UInt8>) -> String? {
        if digits.starts(with: [8, 6]) {
            let national = digits.dropFirst(2)
            return plain(national: national) ?? plain(national: [0] + national)
        }
        // ITU-T E.164: 15 digits at most, a country's code first, of which none begins with 0. Nobody has fewer than 7.
        return (7...15).contains(digits.count) && digits.first != 0 ? "+" + text(digits) : nil
    }

    private static func plain(national digits: ArraySlice<UInt8>) -> String? {
        isMobile(Array(digits)) || isLandline(Array(digits)) ? text(digits) : nil
    }

    /// 《电信网编号计划（2017年版）》: 11 digits that begin with 13 to 19.
    private static func isMobile(_ digits: [UInt8]) -> Bool {
        digits.count == 11 && digits[0] == 1 && digits[1] >= 3
    }

    /// 《电信网编号计划（2017年版）》: 010, 02x or an area code of four digits, then seven or eight that don't begin with 0 or 1.
    private static func isLandline(_ digits: [UInt8]) -> Bool {
        guard digits.count >= 10, digits[0] == 0, digits[1] > 0, digits[1] != 1 || digits[2] == 0 else { return false }
        let area = digits[1] < 3 ? 3 : 4
        return (7...8).contains(digits.count - area) && digits[area] >= 2
    }

    private static func text(_ digits: ArraySlice<UInt8>) -> String { digits.map(String.init).joined() }
}
