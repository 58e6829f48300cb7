import Recruiting

/// The terms that several phrases make together; two that say different things are none.
struct TermsReading {
    private(set) var salaries: Int?
    private var shift: JobTerms.Shift?
    private var hours: Double?
    private var rest: Int?
    private var meals: JobTerms.Meals?
    private var dormitory: JobTerms.Dormitory.Kind?
    private var people: Int?
    private var couples: Bool?
    private var cost: Int?
    private var insurance: Set<JobTerms.Insurance> = []
    private var contract: JobTerms.Contract?
    private var probation: Int?
    private var age: JobTerms.Ages?
    private var starts: CalendarDate?
    private var contact: JobTerms.ContactHours?
    private var isEmpty = true

    mutating func take(_ phrase: TermPhrase) throws(Reason) {
        isEmpty = false
        switch phrase {
        case .shift(let value): try set(&shift, value)
        case .hours(let value): try set(&hours, value)
        case .rest(let value): try set(&rest, value)
        case .meals(let value): try set(&meals, value)
        case .dormitory(let value): try set(&dormitory, value)
        case .people(let value): try set(&people, value)
        case .couples(let value): try set(&couples, value)
        case .cost(let value):
            try set(&cost, value)
            try set(&dormitory, .paid)
        case .insurance(let value): insurance.formUnion(value)
        case .contract(let value): try set(&contract, value)
        case .probation(let value): try set(&probation, value)
        case .age(let least, let most): try set(&age, try Self.checked { () throws(Invalid) in try .init(minimum: least, maximum: most) })
        case .starts(let value): try set(&starts, value)
        case .contact(let from, let until):
            try set(&contact, try Self.checked { () throws(Invalid) in try .init(from: from, until: until) })
        case .salaries(let value): try set(&salaries, value)
        }
    }

    /// Nil when nothing was said that belongs here.
    func terms() throws(Reason) -> JobTerms? {
        let known = insurance.isEmpty ? nil : JobTerms.Insurance.allCases.filter(insurance.contains)
        if dormitory == nil, people != nil || couples != nil {
            throw Reason("dormitory-unclear", "must say whether the dormitory is free, as in 包住, or what it costs")
        }
        guard !isEmpty, !(salaries != nil && hasSalariesOnly) else { return nil }
        return try Self.checked { () throws(Invalid) in
            try JobTerms(
                shift: shift,
                hoursADay: hours,
                restDaysAMonth: rest,
                meals: meals,
                dormitory: try dormitory.map { (kind) throws(Invalid) in
                    try .init(kind: kind, people: people, couples: couples, cost: cost)
                },
                insurance: known,
                contract: contract,
                probationMonths: probation,
                age: age,
                startsOn: starts,
                contact: contact
            )
        }
    }

    private var hasSalariesOnly: Bool {
        shift == nil && hours == nil && rest == nil && meals == nil && dormitory == nil && insurance.isEmpty && contract == nil
            && probation == nil && age == nil && starts == nil && contact == nil
    }

    private func set<Value: Equatable>(_ known: inout Value?, _ value: Value) throws(Reason) {
        guard known == nil || known == value else { throw Reason("terms-contradict", "says two different things about the same") }
        known = value
    }

    private static func checked<Value>(_ make: () throws(Invalid) -> Value) throws(Reason) -> Value {
        do throws(Invalid) {
            return try make()
        } catch {
            throw error.reason
        }
    }
}
