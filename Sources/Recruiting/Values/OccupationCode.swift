/// An occupation of the national classification (职业分类大典, 2022): division, group, class and occupation, as in `6-18-01-01`.
package struct OccupationCode: TextCoded {
    package let description: String

    package init(_ text: String, field: String = "occupationCode") throws(Invalid) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [1, 2, 2, 2], parts.allSatisfy({ Int(digits: $0) != nil }) else {
            throw Invalid(
                field: field,
                reason: Reason("not-an-occupation-code", "must be a code of the classification of occupations as in 6-18-01-01")
            )
        }
        description = text
    }
}
