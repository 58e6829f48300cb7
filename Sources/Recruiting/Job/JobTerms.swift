/// What a job offers and asks for beside its pay, each in a field of its own: what blue-collar viewers ask first.
package struct JobTerms: Hashable, Sendable {
    package let shift: Shift?
    package let hoursADay: Double?
    package let restDaysAMonth: Int?
    package let meals: Meals?
    package let dormitory: Dormitory?
    /// In the order of ``Insurance``.
    package let insurance: [Insurance]?
    /// Who employs: the other party of the contract.
    package let contract: Contract?
    package let probationMonths: Int?
    package let age: Ages?
    package let startsOn: CalendarDate?
    /// When the employer answers the telephone.
    package let contact: ContactHours?

    package enum Shift: String, Hashable, Sendable, Codable, CaseIterable {
        case day, night, twoShift, threeShift, flexible
    }

    package enum Meals: String, Hashable, Sendable, Codable, CaseIterable {
        case none, subsidised, provided
    }

    /// The five insurances of 社会保险法 (2018), art. 2; accident insurance, which is not among them; and the housing fund (住房公积金管理条例).
    package enum Insurance: String, Hashable, Sendable, Codable, CaseIterable {
        case pension, medical, unemployment, injury, maternity, housingFund, accident
    }

    /// With the employer, through an agency, or dispatched (劳务派遣; 劳动合同法, arts. 57 to 67).
    package enum Contract: String, Hashable, Sendable, Codable, CaseIterable {
        case direct, agency, dispatch
    }

    /// A working day, in hours. Eight are the rule, and three more of overtime the most (劳动法, arts. 36 and 41); an approved other
    /// reckoning of hours (art. 39) makes twelve.
    package static let hours = 1.0...12.0
    /// Free days in a month. One in each week is the least (劳动法, art. 38); half of the month is a rota of one day on and one off.
    package static let restDays = 0...15
    /// A probation, in months; six is the most (劳动合同法, art. 19).
    package static let probation = 0...6
    /// Whom a posting may ask for. Nobody below 16 is employed (劳动法, art. 15); above 70 is a typing mistake.
    package static let ages = 16...70
    /// Hours a day up to which work that is paid by the hour is part-time work (非全日制用工; 劳动合同法, art. 68).
    static let partTimeHours = 4.0

    /// - Throws: `Invalid` naming the field as JSON does, as in `dormitory/cost`.
    package init(
        shift: Shift? = nil,
        hoursADay: Double? = nil,
        restDaysAMonth: Int? = nil,
        meals: Meals? = nil,
        dormitory: Dormitory? = nil,
        insurance: [Insurance]? = nil,
        contract: Contract? = nil,
        probationMonths: Int? = nil,
        age: Ages? = nil,
        startsOn: CalendarDate? = nil,
        contact: ContactHours? = nil
    ) throws(Invalid) {
        try restDaysAMonth.check("restDaysAMonth", Self.restDays)
        try probationMonths.check("probationMonths", Self.probation)
        self.shift = shift
        self.hoursADay = try hoursADay.map { (hours) throws(Invalid) in try Self.checkedHours(hours) }
        self.restDaysAMonth = restDaysAMonth
        self.meals = meals
        self.dormitory = dormitory
        self.insurance = try insurance.map { (kinds) throws(Invalid) in try Self.checkedInsurance(kinds) }
        self.contract = contract
        self.probationMonths = probationMonths
        self.age = age
        self.startsOn = startsOn
        self.contact = contact
        guard !isEmpty else { throw Invalid(field: "", reason: .noField) }
    }

    private static func checkedHours(_ value: Double) throws(Invalid) -> Double {
        guard hours.contains(value), (value * 2).rounded() == value * 2 else {
            throw Invalid(
                field: "hoursADay",
                reason: Reason("not-in-halves", "must be a number from {least} to {most}, in halves", ["least": "1", "most": "12"])
            )
        }
        return value
    }

    private static func checkedInsurance(_ kinds: [Insurance]) throws(Invalid) -> [Insurance] {
        guard !kinds.isEmpty else { throw Invalid(field: "insurance", reason: .tooFewItems(1)) }
        guard Set(kinds).count == kinds.count else { throw Invalid(field: "insurance", reason: Reason("each-once", "must name each once")) }
        return Insurance.allCases.filter(kinds.contains)
    }

    private var isEmpty: Bool {
        shift == nil && hoursADay == nil && restDaysAMonth == nil && meals == nil && dormitory == nil && insurance == nil && contract == nil
            && probationMonths == nil && age == nil && startsOn == nil && contact == nil
    }

    /// - Throws: `Invalid` for a probation in part-time work, which has none (劳动合同法, art. 70).
    func check(with pay: Pay) throws(Invalid) {
        guard pay.unit == .hour, let hoursADay, hoursADay <= Self.partTimeHours, let probationMonths, probationMonths > 0 else { return }
        throw Invalid(
            field: "terms/probationMonths",
            reason: Reason("part-time-probation", "must be 0: part-time work paid by the hour has no probation")
        )
    }
}

extension JobTerms: Codable {
    private enum CodingKeys: CodingKey {
        case shift, hoursADay, restDaysAMonth, meals, dormitory, insurance, contract, probationMonths, age, startsOn, contact
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let shift = try container.decodeIfPresent(Shift.self, forKey: .shift)
        let hoursADay = try container.decodeIfPresent(Double.self, forKey: .hoursADay)
        let restDaysAMonth = try container.decodeIfPresent(Int.self, forKey: .restDaysAMonth)
        let meals = try container.decodeIfPresent(Meals.self, forKey: .meals)
        let dormitory = try container.decodeIfPresent(Dormitory.self, forKey: .dormitory)
        let insurance = try container.decodeIfPresent([Insurance].self, forKey: .insurance)
        let contract = try container.decodeIfPresent(Contract.self, forKey: .contract)
        let probationMonths = try container.decodeIfPresent(Int.self, forKey: .probationMonths)
        let age = try container.decodeIfPresent(Ages.self, forKey: .age)
        let startsOn = try container.decodeIfPresent(CalendarDate.self, forKey: .startsOn)
        let contact = try container.decodeIfPresent(ContactHours.self, forKey: .contact)
        self = try container.validMember { () throws(Invalid) in
            try JobTerms(
                shift: shift,
                hoursADay: hoursADay,
                restDaysAMonth: restDaysAMonth,
                meals: meals,
                dormitory: dormitory,
                insurance: insurance,
                contract: contract,
                probationMonths: probationMonths,
                age: age,
                startsOn: startsOn,
                contact: contact
            )
        }
    }
}
