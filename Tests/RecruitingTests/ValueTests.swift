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
        #expect(error?.field == "uscc" && error?.reason.description.hasPrefix(reason) == true)
    }

    @Test(arguments: ["450100", "110000", "820000"]) func `a region is a division of China`(text: String) throws {
        #expect(try Region(text).description == text)
    }

    @Test(arguments: ["", "4501", "4501000", "990000", "160000", "45010a", "４５０１００"]) func `other texts are no region`(text: String) {
        #expect(throws: Invalid.self) { try Region(text) }
    }

    @Test(arguments: ["2000-01-01", "2000-02-29", "2024-02-29", "2026-12-31", "2199-12-31"]) func `a date is read and written`(text: String)
        throws
    {
        #expect(try CalendarDate(text).description == text)
    }

    @Test(arguments: [
        "2026-02-29", "1900-02-29", "2026-13-01", "2026-04-31", "2026-1-5", "2026-01-05T", "+026-01-05", "1999-12-31", "2200-01-01",
        "0000-01-01",
        "9999-12-31", "", "二〇二六",
    ])
    func `what is no date is refused`(text: String) {
        #expect(throws: Invalid.self) { try CalendarDate(text) }
    }

    @Test func `every day of two centuries is read back as it was written`() throws {
        for day in Story.day("2000-01-01").day...Story.day("2199-12-31").day {
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
        ("2000-01-01T08:00:00+08:00", "2000-01-01T00:00:00.000Z"), ("2199-12-31T23:59:59.999Z", "2199-12-31T23:59:59.999Z"),
    ])
    func `a moment is written in UTC to the millisecond`(text: String, written: String) throws {
        #expect(try Timestamp(text).description == written)
    }

    @Test(arguments: [
        "2026-01-05", "2026-01-05T08:00:00", "2026-01-05 08:00:00Z", "2026-01-05T24:00:00Z", "2026-01-05T08:00:00.Z",
        "2026-01-05T08:00:00+8", "x", "1970-01-01T00:00:00+08:00", "2000-01-01T00:00:00+08:00", "2199-12-31T23:59:59-00:01",
        "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00Z", "0000-01-01T00:00:00Z",
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

    @Test(arguments: [Int64.min, -1, 0, 946_684_799_999, 7_258_118_400_000, 1 << 53, .max])
    func `a clock that is wrong by ages shows the first or the last moment there is`(milliseconds: Int64) throws {
        let seconds = Double(milliseconds) / 1000
        for moment in [Timestamp(milliseconds: milliseconds), Timestamp(Date(timeIntervalSince1970: seconds))] {
            #expect(moment.description == (milliseconds < 1 << 40 ? "2000-01-01T00:00:00.000Z" : "2199-12-31T23:59:59.999Z"))
            #expect(try Timestamp(moment.description) == moment)
            #expect(try CalendarDate(moment.chinaDate.description) == moment.chinaDate)
        }
    }

    @Test func `no step leads beyond the first and the last moment`() throws {
        for seconds in [Int64.min, -1 << 53, 1 << 53, .max] {
            let moment = Story.now.advanced(by: .seconds(seconds))
            #expect(try Timestamp(moment.description) == moment)
            let date = Story.today.advanced(days: Int(seconds))
            #expect(try CalendarDate(date.description) == date)
        }
        #expect(Timestamp(Date(timeIntervalSince1970: .nan)) == Timestamp(milliseconds: .min))
        #expect(Timestamp(Date(timeIntervalSince1970: .infinity)) == Timestamp(milliseconds: .max))
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
        #expect(JobID("ABCDEF00-0000-4000-8000-000000000000")?.description == "abcdef00-0000-4000-8000-000000000000")
        #expect(JobID("{BCDEF00-0000-4000-8000-000000000000") == nil)
        #expect(JobID("") == nil)
    }

    @Test func `UUID version 5 is that of RFC 9562`() {
        #expect(UUID(namespace: .dns, name: "www.example.com").uuidString == "2ED6657D-E927-568B-95E1-2665A8AEA6A2")
    }

    @Test(arguments: [
        "", " \n ", "a\u{0}b", String(repeating: "长", count: 101), "a" + String(repeating: "\u{301}", count: 100), "\u{200b}", "\u{3000}",
        "\u{202e}\u{202c}", "\u{3164}", "\u{2800}", "\u{e0041}", "\u{200d}\u{fe0f}", String(repeating: "👨‍👩‍👧‍👦", count: 15),
    ])
    func `a name is neither empty, too long nor full of controls`(name: String) {
        let error = #expect(throws: Invalid.self) {
            try CompanyRegistered(name: name, uscc: Story.registration.uscc, region: Story.registration.region, kind: .employer)
        }
        #expect(error?.field == "name")
    }

    @Test(arguments: [
        ("\u{3000}木棉云\u{3000}", "木棉云"), ("\u{feff}木\u{200b}棉\u{00ad}云\r\n", "木棉云"), ("\u{202e}云棉木\u{202c}", "云棉木"),
        ("👩‍🌾❤️", "👩‍🌾❤️"), ("葛\u{e0100}城", "葛\u{e0100}城"), ("a\u{200d}", "a"), ("a \u{200d} b", "a  b"), ("木棉云\r\n软件\t公司\n", "木棉云 软件 公司"),
        ("𠮷野·家", "𠮷野·家"),
        (String(repeating: "𠮷", count: 100), String(repeating: "𠮷", count: 100)),
    ])
    func `a name is kept as it is seen`(name: String, seen: String) throws {
        let registered = try CompanyRegistered(
            name: name,
            uscc: Story.registration.uscc,
            region: Story.registration.region,
            kind: .employer
        )
        #expect(Array(registered.name.unicodeScalars) == Array(seen.unicodeScalars))
        #expect(Array(seen.asSeen.unicodeScalars) == Array(seen.unicodeScalars))
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
        #expect(throws: Invalid.self) { try JobSource(kind: .repost, name: nil) }
        #expect(throws: Invalid.self) { try JobSource(kind: .original, name: "x") }
        #expect(try JobSource(kind: .repost, name: " x ").name == "x")
    }

    @Test(arguments: ["00112233445566f", "00112233445566FF", "00112233445566fg"]) func `a pseudonym is 16 lowercase digits`(text: String) {
        #expect(throws: Invalid.self) { try Pseudonym(text) }
    }
}
