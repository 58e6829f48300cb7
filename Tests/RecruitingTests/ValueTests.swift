import FoundationEssentials
import Recruiting
import Testing

@Suite struct ValueTests {
    @Test(arguments: ["91440115MA6EYF1N1C", " 91440115ma6eyf1n1c\n"]) func `a code with the right check character is taken`(text: String)
        throws
    {
        #expect(try UnifiedSocialCreditCode(text).description == "91440115MA6EYF1N1C")
    }

    @Test(arguments: [
        ("91440115MA6EYF1N1", "must have 18 characters"), ("91440115MA6EYF1N1I", "may contain only digits"),
        ("91440115MA6EYF1N1D", "has a wrong check character"), ("91440115MA6EYF1N2C", "has a wrong check character"),
        ("91440151MA6EYF1N1C", "has a wrong check character"), ("", "must not be empty"), ("中440115MA6EYF1N1C", "must have 18 characters"),
    ])
    func `a code that is mistyped says how`(text: String, reason: String) {
        let error = #expect(throws: Invalid.self) { try UnifiedSocialCreditCode(text) }
        #expect(error?.field == "uscc" && error?.reason.hasPrefix(reason) == true)
    }

    @Test(arguments: ["450100", "110000", "820000"]) func `a region is a division of China`(text: String) throws {
        #expect(try Region(text).description == text)
    }

    @Test(arguments: ["", "4501", "4501000", "990000", "160000", "45010a", "４５０１００"]) func `other texts are no region`(text: String) {
        #expect(throws: Invalid.self) { try Region(text) }
    }

    @Test(arguments: ["1970-01-01", "2000-02-29", "2024-02-29", "2026-12-31", "9999-12-31"]) func `a date is read and written`(text: String)
        throws
    {
        #expect(try CalendarDate(text).description == text)
    }

    @Test(arguments: [
        "2026-02-29", "1900-02-29", "2026-13-01", "2026-04-31", "2026-1-5", "2026-01-05T", "+026-01-05", "1969-12-31", "", "二〇二六",
    ])
    func `what is no date is refused`(text: String) {
        #expect(throws: Invalid.self) { try CalendarDate(text) }
    }

    @Test func `every day of four centuries is read back as it was written`() throws {
        for day in 0...146_097 {
            let date = CalendarDate(day: day)
            let read = try CalendarDate(date.description)
            if read != date { Issue.record("\(day) became \(date)") }
        }
    }

    @Test func `months end when they end and weeks begin on Monday`() throws {
        #expect(Story.day("2025-08-31").advanced(months: 6) == Story.day("2026-02-28"))
        #expect(Story.day("2026-12-05").advanced(months: 1) == Story.day("2027-01-05"))
        #expect(Story.day("2026-01-05").weekday == 1)
        #expect(Story.day("2026-01-05").advanced(days: -1).weekday == 7)
    }

    @Test(arguments: [
        ("2026-01-05T08:00:00.000Z", "2026-01-05T08:00:00.000Z"), ("2026-01-05T16:00:00+08:00", "2026-01-05T08:00:00.000Z"),
        ("2026-01-05t08:00:00.1239z", "2026-01-05T08:00:00.123Z"), ("2026-01-05T00:00:00.5-01:30", "2026-01-05T01:30:00.500Z"),
        ("1970-01-01T00:00:00+08:00", "1969-12-31T16:00:00.000Z"),
    ])
    func `a moment is written in UTC to the millisecond`(text: String, written: String) throws {
        #expect(try Timestamp(text).description == written)
    }

    @Test(arguments: [
        "2026-01-05", "2026-01-05T08:00:00", "2026-01-05 08:00:00Z", "2026-01-05T24:00:00Z", "2026-01-05T08:00:00.Z",
        "2026-01-05T08:00:00+8", "x",
    ])
    func `a moment without its offset or out of range is refused`(text: String) {
        #expect(throws: Invalid.self) { try Timestamp(text) }
    }

    @Test func `a moment and a date of Foundation are the same to the millisecond`() {
        for milliseconds in stride(from: Int64(1_700_000_000_000), to: 1_700_000_002_000, by: 7) {
            let moment = Timestamp(milliseconds: milliseconds)
            if Timestamp(moment.date) != moment { Issue.record("\(milliseconds)") }
        }
    }

    @Test func `the day in China begins at four in the afternoon in Greenwich`() {
        #expect(Story.at("2026-01-05T15:59:59.999Z").chinaDate == Story.day("2026-01-05"))
        #expect(Story.at("2026-01-05T16:00:00.000Z").chinaDate == Story.day("2026-01-06"))
        #expect(Timestamp(china: Story.day("2026-01-05"), minutes: 16 * 60) == Story.now)
    }

    @Test(arguments: [(0, 1, "payMinimum"), (-5, 5, "payMinimum"), (5, 4, "payMaximum"), (1, 1_000_001, "payMaximum")])
    func `pay is a range of yuan`(minimum: Int, maximum: Int, field: String) {
        let error = #expect(throws: Invalid.self) { try Pay(minimum: minimum, maximum: maximum, unit: .month) }
        #expect(error?.field == field)
    }

    @Test func `invalid pay is not decoded either`() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Pay.self, from: Data(#"{"minimum":5,"maximum":4,"unit":"day"}"#.utf8))
        }
    }

    @Test func `an identifier is written in lowercase`() {
        #expect(PositionID("ABCDEF00-0000-4000-8000-000000000000")?.description == "abcdef00-0000-4000-8000-000000000000")
        #expect(PositionID("{BCDEF00-0000-4000-8000-000000000000") == nil)
        #expect(PositionID("") == nil)
    }

    @Test func `UUID version 5 is that of RFC 9562`() {
        #expect(UUID(namespace: .dns, name: "www.example.com").uuidString == "2ED6657D-E927-568B-95E1-2665A8AEA6A2")
    }

    @Test(arguments: ["", " \n ", "a\u{0}b", String(repeating: "长", count: 101)])
    func `a name is neither empty, too long nor full of controls`(name: String) {
        let error = #expect(throws: Invalid.self) {
            try CompanyRegistered(name: name, uscc: Story.registration.uscc, region: Story.registration.region)
        }
        #expect(error?.field == "name")
    }

    @Test(arguments: ["ftp://x", "https://", "https://a b", "x"]) func `a link is an address of the web`(link: String) {
        #expect(throws: Invalid.self) { try RecordingPublished(url: link, durationMs: 1) }
    }

    @Test func `a session ends after it starts and within a day`() {
        for seconds in [0, -1, 24 * 3600 + 1] {
            #expect(throws: Invalid.self) {
                try SessionRescheduled(startsAt: Story.now, endsAt: Story.now.advanced(by: .seconds(seconds)))
            }
        }
    }

    @Test func `a repost names its source and an original has none`() throws {
        #expect(throws: Invalid.self) { try PositionSource(kind: .repost, name: nil) }
        #expect(throws: Invalid.self) { try PositionSource(kind: .original, name: "x") }
        #expect(try PositionSource(kind: .repost, name: " x ").name == "x")
    }

    @Test(arguments: ["00112233445566f", "00112233445566FF", "00112233445566fg"]) func `a pseudonym is 16 lowercase digits`(text: String) {
        #expect(throws: Invalid.self) { try Pseudonym(text) }
    }
}
