import FoundationEssentials

/// The fields of one JSON object, with a memory of which were read: a field that nobody reads is a misspelt one.
final class SeedFields {
    struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) { nil }
    }

    let now: Timestamp
    private let container: KeyedDecodingContainer<Key>
    private var read: Set<String> = []

    init(_ container: KeyedDecodingContainer<Key>, now: Timestamp) {
        self.container = container
        self.now = now
    }

    func requireAllRead() throws(Invalid) {
        let unread = container.allKeys.map(\.stringValue).filter { !read.contains($0) }.sorted()
        if let first = unread.first { throw Invalid(field: first, reason: Reason("unknown-field", "is not a field of this command")) }
    }

    func has(_ name: String) -> Bool { container.contains(Key(stringValue: name)) }

    func optional<Value: Decodable>(_ name: String) throws -> Value? {
        read.insert(name)
        do {
            return try container.decodeIfPresent(Value.self, forKey: Key(stringValue: name))
        } catch DecodingError.dataCorrupted(let context) {
            throw Invalid(field: name, reason: context.reason)
        } catch is DecodingError {
            throw Invalid(field: name, reason: .misfit("has a value of the wrong type or lacks a part"))
        }
    }

    func value<Value: Decodable>(_ name: String) throws -> Value {
        guard let value: Value = try optional(name) else { throw Invalid(field: name, reason: .missing) }
        return value
    }

    func text(_ name: String) throws -> String {
        try value(name)
    }

    func id<Kind>(_ name: String) throws -> Identifier<Kind> {
        try value(name)
    }

    func duration(_ name: String) throws -> Duration {
        let text: String = try value(name)
        guard let duration = Duration(iso8601: text) else {
            throw Invalid(field: name, reason: .misfit("must be a duration in days, hours and minutes, as in P90D or PT1H30M"))
        }
        return duration
    }

    /// The day that is the duration `name` from now, in China.
    func date(_ name: String) throws -> CalendarDate {
        now.advanced(by: try duration(name)).chinaDate
    }

    /// `startsIn` (a duration) or `startsNext` (the next such moment in China, as in `monday 09:00`).
    func start() throws -> Timestamp {
        guard let next: String = try optional("startsNext") else { return now.advanced(by: try duration("startsIn")) }
        let parts = next.split(separator: " ")
        let clock = parts.last?.split(separator: ":").compactMap { Int(digits: $0.utf8) } ?? []
        guard parts.count == 2, let weekday = Self.weekdays.firstIndex(of: String(parts[0])), clock.count == 2, clock[0] < 24, clock[1] < 60
        else { throw Invalid(field: "startsNext", reason: .misfit("must be a day of the week and a time, as in monday 09:00")) }
        let today = now.chinaDate
        let days = (weekday + 1 - today.weekday + 7) % 7
        let moment = Timestamp(china: today.advanced(days: days), minutes: clock[0] * 60 + clock[1])
        return moment >= now ? moment : Timestamp(china: today.advanced(days: days + 7), minutes: clock[0] * 60 + clock[1])
    }

    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
}

extension Duration {
    /// Days, hours, minutes and seconds in whole numbers: `P90D`, `PT10M`, `P1DT2H`. Source: ISO 8601-1:2019, 5.5.2.
    init?(iso8601 text: String) {
        let halves = text.split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count <= 2, text.first == "P", let date = halves.first?.dropFirst(), !(halves.count == 2 && halves[1].isEmpty),
            let days = Self.seconds(date, units: ["D": 86_400]),
            let rest = Self.seconds(halves.count == 2 ? halves[1] : "", units: ["H": 3600, "M": 60, "S": 1]),
            text.count > 2
        else { return nil }
        self = .seconds(days + rest)
    }

    private static func seconds(_ text: Substring, units: [Character: Int]) -> Int? {
        var total = 0
        var digits = ""
        var left = units
        for character in text {
            if let unit = left.removeValue(forKey: character) {
                guard digits.count <= 6, let number = Int(digits: digits.utf8) else { return nil }
                total += number * unit
                digits = ""
            } else {
                digits.append(character)
            }
        }
        return digits.isEmpty ? total : nil
    }
}
