extension JobTerms {
    /// Where workers can live. What it costs is told of one that is paid for, and how many share a room of one that there is.
    package struct Dormitory: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
            case none, free, paid
        }

        package let kind: Kind
        /// In one room, at most.
        package let people: Int?
        /// Whether there are rooms for couples.
        package let couples: Bool?
        /// Yuan a month.
        package let cost: Int?

        package static let peopleInRoom = 1...16
        /// Above it the cost is a typing mistake.
        package static let costs = 1...10_000

        package init(kind: Kind, people: Int? = nil, couples: Bool? = nil, cost: Int? = nil) throws(Invalid) {
            if kind == .none, people != nil { throw Invalid(field: "dormitory/people", reason: .noDormitory) }
            if kind == .none, couples != nil {
                throw Invalid(field: "dormitory/couples", reason: .noDormitory)
            }
            if kind != .paid, cost != nil {
                throw Invalid(field: "dormitory/cost", reason: Reason("dormitory-not-paid", "is for a dormitory that is paid for alone"))
            }
            try people.check("dormitory/people", Self.peopleInRoom)
            try cost.check("dormitory/cost", Self.costs)
            (self.kind, self.people, self.couples, self.cost) = (kind, people, couples, cost)
        }
    }

    /// Whom a posting asks for by age, in years; each limit may be absent, but not both. The lint flags it.
    package struct Ages: Hashable, Sendable {
        package let minimum: Int?
        package let maximum: Int?

        package init(minimum: Int? = nil, maximum: Int? = nil) throws(Invalid) {
            try minimum.check("age/minimum", ages)
            try maximum.check("age/maximum", ages)
            guard minimum != nil || maximum != nil else { throw Invalid(field: "age", reason: .noField) }
            if let minimum, let maximum, maximum < minimum { throw Invalid(field: "age/maximum", reason: .belowMinimum) }
            (self.minimum, self.maximum) = (minimum, maximum)
        }
    }

    package struct ContactHours: Hashable, Sendable {
        package let from: ClockTime
        package let until: ClockTime

        package init(from: ClockTime, until: ClockTime) throws(Invalid) {
            guard from < until else {
                throw Invalid(field: "contact/until", reason: Reason("until-before-from", "must be after the beginning"))
            }
            (self.from, self.until) = (from, until)
        }
    }
}

extension JobTerms.Dormitory: Codable {
    private enum CodingKeys: CodingKey {
        case kind, people, couples, cost
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try container.decode(Kind.self, forKey: .kind)
        let people = try container.decodeIfPresent(Int.self, forKey: .people)
        let couples = try container.decodeIfPresent(Bool.self, forKey: .couples)
        let cost = try container.decodeIfPresent(Int.self, forKey: .cost)
        self = try container.validMember { () throws(Invalid) in
            try JobTerms.Dormitory(kind: kind, people: people, couples: couples, cost: cost)
        }
    }
}

extension JobTerms.Ages: Codable {
    private enum CodingKeys: CodingKey {
        case minimum, maximum
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let minimum = try container.decodeIfPresent(Int.self, forKey: .minimum)
        let maximum = try container.decodeIfPresent(Int.self, forKey: .maximum)
        self = try container.validMember { () throws(Invalid) in try JobTerms.Ages(minimum: minimum, maximum: maximum) }
    }
}

extension JobTerms.ContactHours: Codable {
    private enum CodingKeys: CodingKey {
        case from, until
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let from = try container.decode(ClockTime.self, forKey: .from)
        let until = try container.decode(ClockTime.self, forKey: .until)
        self = try container.validMember { () throws(Invalid) in try JobTerms.ContactHours(from: from, until: until) }
    }
}

extension Optional<Int> {
    func check(_ field: String, _ range: ClosedRange<Int>) throws(Invalid) {
        if let value = self, !range.contains(value) {
            throw Invalid(field: field, reason: .outOfRange(range))
        }
    }
}

extension Reason {
    fileprivate static let noDormitory = Self("dormitory-absent", "must be left out: there is no dormitory")
}
