/// An administrative division by its six-digit code under GB/T 2260 (行政区划代码), as in 450100 for Nanning.
package struct Region: TextCoded {
    package let description: String

    /// - Throws: `Invalid` when it is not six digits beginning with the number of a province.
    package init(_ text: String, field: String = "region") throws(Invalid) {
        let digits = Array(text.utf8)
        guard digits.count == 6, let code = Int(digits: digits), Self.provinces.contains(code / 10_000) else {
            throw Invalid(
                field: field,
                reason: Reason("not-a-division", "must be a six-digit division code (GB/T 2260), as in 440100 for Guangzhou")
            )
        }
        description = text
    }

    /// The six digits as a number, below 2^20.
    package var number: UInt32 { description.utf8.reduce(0) { $0 * 10 + UInt32($1 - 48) } }

    /// The first two digits, as in 45 for Guangxi.
    package var province: Substring { description.prefix(2) }

    /// GB/T 2260: provinces, autonomous regions, municipalities, special administrative regions, Taiwan.
    private static let provinces: Set<Int> = Set(
        [11...15, 21...23, 31...37, 41...46, 50...54, 61...65, 71...71, 81...82].flatMap { Array($0) }
    )
}
