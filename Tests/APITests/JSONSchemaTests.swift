import JSON
import Testing

@testable import API

@Suite struct JSONSchemaTests {
    @Test(arguments: [
        ("2026-02-29", false), ("2028-02-29", true), ("2100-02-29", false), ("2026-13-01", false), ("2026-1-1", false),
        ("2026-12-31", true),
    ])
    func `a date is a day of the calendar`(_ text: String, _ isOne: Bool) {
        #expect(JSONSchema.isDate(text) == isOne)
    }
}
