import FoundationEssentials
package import Postgres
package import Recruiting

extension PostedPositions {
    private static let object = """
        jsonb_strip_nulls(jsonb_build_object('id', j.id, 'company', j.company, 'companyName', c.name, 'title', j.title,
            'occupation', j.occupation, 'duties', j.duties, 'conditions', j.conditions, 'place', j.place, 'region', j.region,
            'pay', j.pay, 'terms', j.terms, 'occupationCode', j.occupation_code, 'skillsGrade', j.skills_grade, 'openings', j.openings,
            'validThrough', j.valid_through, 'source', j.source, 'batch', j.batch, 'organisation', j.organisation, 'status', j.status,
            'findings', j.findings, 'version', j.version))
        """

    private static let source = "jobs AS j JOIN companies AS c ON c.id = j.company"

    /// A job as clients get it, and whose it is.
    package struct Found: Sendable {
        package let object: [UInt8]
        /// The company, the organisation and who posted it, as texts.
        package let company: CompanyID
        package let organisation: OrganisationID?
        package let postedBy: Subject?
        /// Whether a reviewer vouches for it as it reads.
        package let isVetted: Bool
    }

    package static func find(_ id: JobID, in pool: PostgresPool) async throws -> Found? {
        try await pool.connection { db in
            let rows = try db.query(
                "SELECT \(object), j.company, j.organisation, j.posted_by, j.vetted FROM \(source) WHERE j.id = $1",
                [.uuid(id.uuid)]
            )
            return try rows.first.map { row in
                Found(
                    object: try row.decode(0, as: [UInt8].self),
                    company: CompanyID(try row.decode(1, as: UUID.self)),
                    organisation: try row.decode(2, as: UUID?.self).map { OrganisationID($0) },
                    postedBy: try row.decode(3, as: String?.self).map { try Subject($0) },
                    isVetted: try row.decode(4, as: Bool.self)
                )
            }
        }
    }

    /// The open jobs whose last day lies before `today`, in the order of that day, those behind `last`.
    package static func due(on today: CalendarDate, after last: JobID?, limit: Int, in pool: PostgresPool) async throws -> [JobID] {
        try await pool.connection { db in
            let rows = try db.query(
                """
                SELECT id FROM jobs WHERE status IN ('posted', 'vetted', 'rejected') AND valid_through < $1::text::date
                    AND (valid_through, id) > (SELECT valid_through, id FROM jobs WHERE id = $2
                        UNION ALL SELECT '-infinity'::date, '00000000-0000-0000-0000-000000000000'::uuid LIMIT 1)
                ORDER BY valid_through, id LIMIT $3
                """,
                [.text(today.description), .uuid(last?.uuid), .int8(Int64(limit))]
            )
            return try rows.map { JobID(try $0.decode(0, as: UUID.self)) }
        }
    }
}

extension PostedPositions {
    /// In which order jobs are listed.
    package enum Order: String, Sendable, CaseIterable {
        /// By their posting, the oldest first.
        case posting
        /// By their posting, the newest first.
        case newest
        /// By what a month of work pays at least, the most first; piece work, of which that can't be told, comes last.
        case pay
        /// By the code of the region.
        case place
        /// By the last day, the nearest first.
        case expiry
        /// Those of one company after the other.
        case company

        fileprivate var list: ListOrder {
            switch self {
            case .posting: .ascending("jobs.posting", .number("j.posted"))
            case .newest: .descending("jobs.newest", .number("j.posted"))
            case .pay: .descending("jobs.pay", .number("j.monthly_pay"), .number("j.posted"))
            case .place: .ascending("jobs.place", .text("j.region"), .number("j.posted"))
            case .expiry: .ascending("jobs.expiry", .day("j.valid_through"), .number("j.posted"))
            case .company: .ascending("jobs.company", .id("j.company"), .number("j.posted"))
            }
        }
    }

    /// Whose jobs somebody may see.
    package enum Scope: Sendable {
        /// Those that anybody may see: vetted ones of companies that stand verified on that day.
        case everybody(on: CalendarDate)
        /// Those, and what belongs to one of these: companies, organisations or persons.
        case owners([String])
        case all
    }

    /// What jobs are looked for.
    package struct Search: Sendable {
        /// The only one whose jobs are listed.
        package var company: CompanyID?
        /// The only one in which they are.
        package var status: String?
        /// What title, occupation and place hold together, in any order: every two neighbouring characters of them.
        package var words: String?
        /// What a month pays at least, in yuan; of piece work it can't be told.
        package var pay: Int?
        /// The first digits of the region's code, and of the occupation's.
        package var region: String?
        package var occupation: String?
        package var scope = Scope.all

        package init(company: CompanyID? = nil, status: String? = nil, words: String? = nil) {
            self.company = company
            self.status = status
            self.words = words
        }

        fileprivate var filters: [ListFilter?] {
            [
                ListFilter("j.company = ?", company) { .uuid($0.uuid) },
                ListFilter("j.status = ?", status) { .text($0) },
                ListFilter("j.pairs @> character_pairs(?)", words) { .text($0) },
                ListFilter("j.monthly_pay >= ?", pay) { .int8(Int64($0) * 100) },
                ListFilter("j.region ^@ ?", region) { .text($0) },
                ListFilter("j.occupation_code ^@ ?", occupation) { .text($0) },
            ] + visible
        }

        private var visible: [ListFilter?] {
            switch scope {
            case .all: []
            case .everybody(let today):
                [
                    ListFilter("j.status = 'vetted'"),
                    ListFilter("c.status = 'verified' AND c.reverify_by >= ?::text::date", .text(today.description)),
                ]
            // What is vetted is nobody's secret.
            case .owners where status == "vetted": []
            case .owners(let names) where status != nil: [ListFilter("j.owners && ?", .texts(names))]
            case .owners(let names): [ListFilter("j.status = 'vetted' OR j.owners && ?", .texts(names))]
            }
        }
    }

    package static func list(_ order: Order = .posting, _ search: Search = Search()) -> ListQuery<[UInt8]> {
        ListQuery(order: order.list, columns: object, source: source, filters: search.filters.compactMap(\.self)) {
            JobAdditions.adding(to: try $0.decode(1, as: [UInt8].self))
        }
    }
}

extension PostedPositions {
    /// In which order the jobs that wait for vetting are listed.
    package enum QueueOrder: String, Sendable, CaseIterable {
        /// Those that have waited longest first.
        case oldest
        /// Those of one company after the other, each company's oldest first.
        case company

        fileprivate var list: ListOrder {
            switch self {
            case .oldest: .ascending("vettings.oldest", .number("j.waiting"))
            case .company: .ascending("vettings.company", .id("j.company"), .number("j.waiting"))
            }
        }
    }

    /// The jobs that wait for vetting, each with what the lint finds in it.
    /// - Parameter revised: whether only those are listed that a reviewer has vouched for before, or only those that nobody has.
    package static func queue(
        _ order: QueueOrder = .oldest,
        company: CompanyID? = nil,
        region: String? = nil,
        words: String? = nil,
        revised: Bool? = nil
    ) -> ListQuery<[UInt8]> {
        let filters = [
            ListFilter("j.status = 'posted'"),
            ListFilter("j.company = ?", company) { .uuid($0.uuid) },
            ListFilter("j.region ^@ ?", region) { .text($0) },
            ListFilter("j.pairs @> character_pairs(?)", words) { .text($0) },
            revised.map { ListFilter($0 ? "j.was_vetted" : "NOT j.was_vetted") },
        ]
        let waiting = "jsonb_build_object('waitingSince', rfc3339(j.waiting_since), 'revised', j.was_vetted)"
        return ListQuery(order: order.list, columns: "\(object) || \(waiting)", source: source, filters: filters.compactMap(\.self)) {
            JobAdditions.adding(to: try $0.decode(1, as: [UInt8].self), withFindings: true)
        }
    }
}
