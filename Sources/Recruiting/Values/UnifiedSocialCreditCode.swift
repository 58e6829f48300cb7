/// A company's 18-character code under GB 32100-2015 (统一社会信用代码), with its check character verified.
package struct UnifiedSocialCreditCode: TextCoded {
    package let description: String

    /// Takes lower case, full-width characters and surrounding spaces as well.
    /// - Throws: `Invalid` saying whether length, alphabet or check character is wrong.
    package init(_ text: String, field: String = "uscc") throws(Invalid) {
        let code = try text.checked(field, atMost: 64).asHalfWidth.uppercased()
        let characters = Array(code.utf8)
        guard characters.count == 18 else { throw Invalid(field: field, reason: .wrongLength(18)) }
        let values = characters.compactMap { Self.alphabet.firstIndex(of: $0) }
        guard values.count == 18 else {
            throw Invalid(
                field: field,
                reason: Reason("credit-code-characters", "may contain only digits and capital letters other than I, O, S, V and Z")
            )
        }
        guard Self.checkValue(values.prefix(17)) == values[17] else {
            throw Invalid(
                field: field,
                reason: Reason("credit-code-check", "has a wrong check character (the last one); look for a mistyped character")
            )
        }
        description = code
    }

    /// GB 32100-2015, table 3: the 31 characters in the order of their values.
    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

    /// GB 32100-2015, 4.2.5: weights are the powers of 3 modulo 31, the check is what is lacking to a multiple of 31.
    private static func checkValue(_ values: some Sequence<Int>) -> Int {
        var weight = 1
        var sum = 0
        for value in values {
            sum += value * weight
            weight = weight * 3 % 31
        }
        return (31 - sum % 31) % 31
    }
}
