/// What a job pays, in whole yuan per unit.
package struct Pay: Hashable, Sendable, Codable {
    package enum Unit: String, Hashable, Sendable, Codable, CaseIterable {
        case month, day, hour, piece
    }

    package let minimum: Int
    package let maximum: Int
    package let unit: Unit

    /// - Throws: `Invalid` naming `payMinimum` or `payMaximum`, unless 1 ≤ minimum ≤ maximum ≤ 1,000,000.
    package init(minimum: Int, maximum: Int, unit: Unit) throws(Invalid) {
        guard minimum >= 1 else { throw Invalid(field: "payMinimum", reason: .tooSmall(1)) }
        guard maximum >= minimum else { throw Invalid(field: "payMaximum", reason: .belowMinimum) }
        guard maximum <= Self.limit else { throw Invalid(field: "payMaximum", reason: .tooLarge(Self.limit)) }
        self.minimum = minimum
        self.maximum = maximum
        self.unit = unit
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let minimum = try container.decode(Int.self, forKey: .minimum)
        let maximum = try container.decode(Int.self, forKey: .maximum)
        let unit = try container.decode(Unit.self, forKey: .unit)
        self = try container.valid { () throws(Invalid) in try Pay(minimum: minimum, maximum: maximum, unit: unit) }
    }

    private enum CodingKeys: CodingKey {
        case minimum, maximum, unit
    }

    /// The largest pay; a figure above it is a typing mistake.
    package static let limit = 1_000_000
}
