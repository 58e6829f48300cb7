package import Recruiting
package import Tables

/// What a table's row comes to.
package struct JobRow: Sendable {
    package enum Outcome: Sendable {
        /// With what whoever vets it should look at.
        case posting(JobPosted, JobID, [JobLint.Finding])
        case faulty([CellFault])
        /// No job: a title, the header, a sum, a remark.
        case beside
    }

    package let row: Table.Row
    package let outcome: Outcome
}

/// What is wrong with a cell, or with what no cell says.
package struct CellFault: Hashable, Sendable {
    /// The place of the cell in its row; nil for what no column says.
    package let place: Int?
    package let column: JobColumn
    package let reason: Reason

    package init(place: Int?, column: JobColumn, reason: Reason) {
        (self.place, self.column, self.reason) = (place, column, reason)
    }
}

/// Reads the rows of one table, from top to bottom.
package struct JobRowReader: Sendable {
    private let matching: Matching
    private let labels: [[String]]
    private let places: [JobColumn: [Int]]
    private let unit: Pay.Unit?
    private let companies: [String: CompanyOfRow]
    private let posting: Posting
    /// What empty cells of filled columns mean.
    private var above: [Int: String] = [:]

    /// What every posting of an import has.
    package struct Posting: Sendable {
        let batch: BatchID
        let organisation: OrganisationID?
        let today: CalendarDate

        package init(batch: BatchID, organisation: OrganisationID?, today: CalendarDate) {
            (self.batch, self.organisation, self.today) = (batch, organisation, today)
        }
    }

    /// - Parameter companies: what each text is that ``companies(of:_:)`` gives.
    package init(_ matching: Matching, labels: [[String]], companies: [String: CompanyOfRow], _ posting: Posting) {
        self.matching = matching
        self.labels = labels
        self.companies = companies
        self.posting = posting
        places = Dictionary(uniqueKeysWithValues: JobColumn.allCases.map { ($0, matching.places(of: $0)) })
        let pay = [.pay, .payMinimum, .payMaximum].flatMap { matching.places(of: $0) }
        unit = Set(pay.compactMap { labels.indices.contains($0) ? Pay.Unit(label: labels[$0]) : nil }).only
    }

    /// The texts by which rows name companies.
    package static func companies(of table: Table, _ matching: Matching) -> Set<String> {
        let places = matching.places(of: .company) + matching.places(of: .uscc)
        let constants = [matching.constants[.company], matching.constants[.uscc]].compactMap(\.self)
        return Set(table.rows.flatMap { row in places.map(row.text) } + constants.map(\.asSeen)).subtracting([""])
    }

    package mutating func read(_ row: Table.Row) -> JobRow {
        guard row.number > matching.header.last, !isBeside(row) else { return JobRow(row: row, outcome: .beside) }
        var cells = JobCells(row: row, matching: matching, places: places, above: above)
        let outcome = outcome(&cells)
        for place in matching.filled where !row.text(place).isEmpty { above[place] = row.text(place) }
        return JobRow(row: row, outcome: outcome)
    }

    private func outcome(_ cells: inout JobCells) -> JobRow.Outcome {
        let company = cells.company(companies)
        let texts = cells.texts(labels)
        let region = cells.value(.region) { (text) throws(Reason) in try JobCells.valid { () throws(Invalid) in try Region(text) } }
        let terms = cells.terms()
        let pay = cells.pay(unit, salaries: terms?.salaries ?? nil)
        let code = cells.optional(.occupationCode) { (text) throws(Reason) in
            try JobCells.valid { () throws(Invalid) in try OccupationCode(text) }
        }
        let grade = cells.optional(.skillsGrade) { (text) throws(Reason) in try CellValue.skillsGrade(text) }
        let openings = cells.openings()
        let validThrough = cells.validThrough(posting.today)
        let source = cells.optional(.source) { (text) throws(Reason) in try CellValue.source(text) }
        guard cells.faults.isEmpty, let company, let texts, let region, let pay, let openings, let validThrough else {
            return .faulty(cells.faults)
        }
        do throws(Invalid) {
            let posted = try JobPosted(
                company: company,
                texts: texts,
                region: region,
                pay: pay,
                terms: terms?.terms,
                occupationCode: code,
                skillsGrade: grade ?? nil,
                openings: openings,
                validThrough: validThrough,
                source: source ?? .original,
                batch: posting.batch,
                organisation: posting.organisation
            )
            return lawful(posted)
        } catch {
            // Which of several cells it is about, the sentence says.
            return .faulty([CellFault(place: nil, column: JobColumn(field: error.field), reason: error.reason)])
        }
    }

    private func lawful(_ posted: JobPosted) -> JobRow.Outcome {
        let findings = JobLint.standard.findings(in: JobDraft(posted))
        let faults = findings.filter { $0.severity == .block }.map { finding in
            let column = JobColumn(field: finding.field)
            return CellFault(place: places[column]?.first, column: column, reason: Reason(finding))
        }
        return faults.isEmpty ? .posting(posted, posted.contentID, findings) : .faulty(faults)
    }

    private static let remarks = ["合计", "总计", "共计", "小计", "备注", "说明", "注", "填表人", "制表人", "审核人", "联系人", "填报单位", "单位盖章", "负责人", "填报日期"]

    /// Whether a row is a sum or a remark, or the header once more: it names no job.
    private func isBeside(_ row: Table.Row) -> Bool {
        let texts = labels.indices.map(row.text)
        if texts.elementsEqual(labels.map { $0.last ?? "" }) || texts.elementsEqual(labels.map { $0.first ?? "" }) { return true }
        guard let first = texts.first(where: { !$0.isEmpty }) else { return true }
        let title = places[.title]?.first.map(row.text) ?? ""
        let phrase = first.asPhrase
        return (title.isEmpty || title == first) && Self.remarks.contains { phrase == $0 || phrase.hasPrefix("\($0):") }
    }
}

extension Set {
    /// The element, where there is one alone.
    fileprivate var only: Element? { count == 1 ? first : nil }
}

/// What a text is by which a row names its company.
package enum CompanyOfRow: Hashable, Sendable {
    case known(CompanyID, name: String)
    case refused(Reason)
}

extension CompanyOfRow {
    package static let ambiguous = Self.refused(
        Reason("company-ambiguous", "is the name of several companies: give the credit code")
    )

    /// The ways in which a register may write the same name or code: in brackets and letters of either width.
    package static func spellings(of text: String) -> Set<String> {
        let half = text.asHalfWidth
        return [text, half, half.uppercased(), half.replacing("(", with: "（").replacing(")", with: "）")]
    }

    /// One that no company has.
    package static func unknown(_ text: String) -> Self {
        let isCode = text.asHalfWidth.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        guard isCode else {
            return .refused(
                Reason(
                    "company-name-unknown",
                    "names no company that is registered: register it first, or write its registered name",
                    ["name": text.quoted]
                )
            )
        }
        do throws(Invalid) {
            let code = try UnifiedSocialCreditCode(text)
            return .refused(Reason("company-unknown", "{code} is not registered; register it first", ["code": code.description]))
        } catch {
            return .refused(error.reason)
        }
    }
}

extension Reason {
    package static let companyOfOthers = Self(
        "company-of-others",
        "is another company than yours: you may import your own company's jobs alone"
    )
}
