/// What a job pays, in whole yuan per unit. It is a range of numbers: "negotiable" (面议) can't be said, since the base pay is one of the
/// things that every posting must tell (人社厅发〔2025〕60号, a notice of five ministries; that it be true, 人力资源市场暂行条例, art. 24).
package struct Pay: Hashable, Sendable, Codable {
    package enum Unit: String, Hashable, Sendable, Codable, CaseIterable {
        case month, day, hour, piece
    }

    package let minimum: Int
    package let maximum: Int
    package let unit: Unit
    /// The monthly salaries in a year, as 13 in 13薪; nil where nothing is promised beyond the twelve.
    package let salaries: Int?

    /// - Throws: `Invalid` naming `payMinimum`, `payMaximum` or `paySalaries`, unless 1 ≤ minimum ≤ maximum ≤ 1,000,000, and 12 to 24
    ///   salaries come with a monthly pay.
    package init(minimum: Int, maximum: Int, unit: Unit, salaries: Int? = nil) throws(Invalid) {
        guard minimum >= 1 else { throw Invalid(field: "payMinimum", reason: .tooSmall(1)) }
        guard maximum >= minimum else { throw Invalid(field: "payMaximum", reason: .belowMinimum) }
        guard maximum <= Self.limit else { throw Invalid(field: "payMaximum", reason: .tooLarge(Self.limit)) }
        if let salaries {
            guard unit == .month else {
                throw Invalid(field: "paySalaries", reason: Reason("salaries-without-months", "is for pay by the month alone"))
            }
            guard Self.salaryCounts.contains(salaries) else {
                throw Invalid(field: "paySalaries", reason: .outOfRange(Self.salaryCounts))
            }
        }
        self.minimum = minimum
        self.maximum = maximum
        self.unit = unit
        self.salaries = salaries
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let minimum = try container.decode(Int.self, forKey: .minimum)
        let maximum = try container.decode(Int.self, forKey: .maximum)
        let unit = try container.decode(Unit.self, forKey: .unit)
        let salaries = try container.decodeIfPresent(Int.self, forKey: .salaries)
        self = try container.valid { () throws(Invalid) in
            try Pay(minimum: minimum, maximum: maximum, unit: unit, salaries: salaries)
        }
    }

    private enum CodingKeys: CodingKey {
        case minimum, maximum, unit, salaries
    }

    /// The largest pay; a figure above it is a typing mistake.
    package static let limit = 1_000_000
    /// A year has twelve months; twice as many salaries is the most that is promised anywhere.
    package static let salaryCounts = 12...24
}
