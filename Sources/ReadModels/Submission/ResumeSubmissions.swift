package import EventStore
import FoundationEssentials
package import Postgres
package import Recruiting

/// Which résumés were sent, to whom, and what became of them?
package enum ResumeSubmissions {
    package static let projection = Projection(
        name: "resume_submissions",
        tables: ["submissions"],
        key: .stream,
        fold: [submitted, tracked]
    )

    /// A résumé that was withdrawn may be sent anew: the same row begins again.
    private static let submitted = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, data, version, position, recorded_at
            FROM facts WHERE type = 'ResumeSubmitted' ORDER BY stream, version DESC)
        INSERT INTO submissions (id, candidate, job, company, session, channel, status, submitted_at, respond_by, version, submitted)
        SELECT id, data->>'candidate', (data->>'job')::uuid, (data->>'company')::uuid, (data->>'session')::uuid,
            data->>'channel', 'submitted', recorded_at, (data->>'respondBy')::timestamptz, version, position
        FROM newest
        ON CONFLICT (id) DO UPDATE SET session = excluded.session, channel = excluded.channel, status = excluded.status,
            submitted_at = excluded.submitted_at, respond_by = excluded.respond_by, answered_at = NULL, overdue = false,
            delivered = false, interview = NULL, offer = NULL, hiring = NULL, checks = '[]', reason = NULL, score = NULL,
            starts_on = NULL, version = excluded.version, submitted = excluded.submitted
        """

    /// A contact is a step only for who has come no further: whoever is asked to an interview may be called once more.
    private static let tracked = """
        WITH steps AS (
            SELECT s.id, max(f.version) AS version,
                (array_agg(f.type ORDER BY f.version DESC) FILTER (WHERE f.type IN ('SubmissionViewed', 'InterviewScheduled', 'OfferMade',
                    'CandidateHired', 'SubmissionRejected', 'SubmissionWithdrawn')))[1] AS step,
                bool_or(f.type = 'CandidateContacted') AS contacted,
                min(f.recorded_at) FILTER (WHERE f.type IN ('CandidateContacted', 'InterviewScheduled', 'OfferMade', 'CandidateHired',
                    'SubmissionRejected')) AS answered_at,
                bool_or(f.type = 'ResponseOverdue') AS overdue, bool_or(f.type = 'SubmissionDelivered') AS delivered,
                (array_agg(f.data::jsonb ORDER BY f.version DESC) FILTER (WHERE f.type = 'InterviewScheduled'))[1] AS interview,
                (array_agg(f.data::jsonb ORDER BY f.version DESC) FILTER (WHERE f.type = 'OfferMade'))[1] AS offer,
                (array_agg(f.data::jsonb ORDER BY f.version DESC) FILTER (WHERE f.type = 'CandidateHired'))[1] AS hiring,
                (array_agg(f.data->>'reason' ORDER BY f.version DESC) FILTER (WHERE f.type = 'SubmissionRejected'))[1] AS reason,
                (array_agg((f.data->>'score')::integer ORDER BY f.version DESC) FILTER (WHERE f.type = 'ServiceRated'))[1] AS score,
                jsonb_agg(f.data::jsonb ORDER BY f.version) FILTER (WHERE f.type = 'RetentionChecked') AS checks
            FROM facts AS f JOIN submissions AS s ON s.id = f.id::uuid AND f.version > s.version
            WHERE f.stream LIKE 'submission-%' AND f.type <> 'ResumeSubmitted' GROUP BY s.id)
        UPDATE submissions AS s SET
            status = CASE
                WHEN n.step = 'SubmissionViewed' THEN CASE WHEN n.contacted THEN 'contacted' ELSE 'viewed' END
                WHEN n.step = 'InterviewScheduled' THEN 'interview'
                WHEN n.step = 'OfferMade' THEN 'offered'
                WHEN n.step = 'CandidateHired' THEN 'hired'
                WHEN n.step = 'SubmissionRejected' THEN 'rejected'
                WHEN n.step = 'SubmissionWithdrawn' THEN 'withdrawn'
                WHEN n.contacted AND s.status = 'viewed' THEN 'contacted'
                ELSE s.status END,
            answered_at = coalesce(s.answered_at, n.answered_at), overdue = s.overdue OR n.overdue, delivered = s.delivered OR n.delivered,
            interview = coalesce(n.interview, s.interview), offer = coalesce(n.offer, s.offer), hiring = coalesce(n.hiring, s.hiring),
            starts_on = coalesce((n.hiring->>'startsOn')::date, s.starts_on), reason = coalesce(n.reason, s.reason),
            score = coalesce(n.score, s.score), checks = s.checks || coalesce(n.checks, '[]'), version = n.version
        FROM steps AS n WHERE s.id = n.id
        """
}

/// A submission as clients get it. What is sealed of it stands only in the log.
package struct SubmissionRow: Sendable {
    package let id: SubmissionID
    /// The submission as JSON, without the candidate's name and personal data.
    package let object: [UInt8]
    package let candidate: String
    package let company: CompanyID
    package let job: JobID
    /// The office that has posted the job.
    package let organisation: OrganisationID?
    package let session: SessionID?
    package let status: String

    static let columns = """
        jsonb_strip_nulls(jsonb_build_object('id', s.id, 'job', s.job, 'company', s.company, 'session', s.session,
            'channel', s.channel, 'status', s.status, 'submittedAt', rfc3339(s.submitted_at), 'version', s.version,
            'respondBy', rfc3339(s.respond_by), 'answeredAt', rfc3339(s.answered_at), 'overdue', s.overdue,
            'interview', s.interview - 'by', 'offer', s.offer - 'by', 'hiring', s.hiring - 'by',
            'checks', nullif(s.checks, '[]'), 'rejection', s.reason, 'score', s.score,
            'title', j.title, 'companyName', c.name)), s.candidate, s.company, s.id, s.job, j.organisation, s.session, s.status
        """

    init(_ row: Row, at column: Int) throws {
        object = try row.decode(column, as: [UInt8].self)
        candidate = try row.decode(column + 1, as: String.self)
        company = CompanyID(try row.decode(column + 2, as: UUID.self))
        id = SubmissionID(try row.decode(column + 3, as: UUID.self))
        job = JobID(try row.decode(column + 4, as: UUID.self))
        organisation = try row.decodeIfPresent(column + 5, as: UUID.self).map { OrganisationID($0) }
        session = try row.decodeIfPresent(column + 6, as: UUID.self).map { SessionID($0) }
        status = try row.decode(column + 7, as: String.self)
    }
}

extension ResumeSubmissions {
    private static let source =
        "\(ErasedCandidates.absent(from: "submissions")) AS s LEFT JOIN jobs AS j ON j.id = s.job LEFT JOIN companies AS c ON c.id = s.company"

    package static func find(_ id: SubmissionID, in pool: PostgresPool) async throws -> SubmissionRow? {
        try await pool.connection { db in
            try db.query("SELECT \(SubmissionRow.columns) FROM \(source) WHERE s.id = $1", [.uuid(id.uuid)])
                .first.map { try SubmissionRow($0, at: 0) }
        }
    }

    /// In which order submissions are listed: by when they were sent.
    package enum Order: String, Sendable, CaseIterable {
        case newest, oldest

        fileprivate var list: ListOrder {
            switch self {
            case .newest: .descending("submissions.newest", .number("s.submitted"))
            case .oldest: .ascending("submissions.oldest", .number("s.submitted"))
            }
        }
    }

    /// What a case worker has to see to.
    package enum Due: String, Sendable, CaseIterable {
        /// The promised time is over without an answer.
        case answer
        /// Nobody has asked yet how it is after a week or a month of work.
        case week, month

        fileprivate func condition(on today: CalendarDate) -> ListFilter {
            switch self {
            case .answer: ListFilter("s.overdue AND s.answered_at IS NULL AND s.status <> 'withdrawn'")
            case .week: Self.unchecked(.week, today)
            case .month: Self.unchecked(.month, today)
            }
        }

        private static func unchecked(_ day: RetentionDay, _ today: CalendarDate) -> ListFilter {
            let check = #"[{"source": "caseWorker", "day": \#(day.rawValue)}]"#
            return ListFilter(
                "s.status = 'hired' AND NOT s.checks @> '\(check)' AND s.starts_on <= ?::text::date",
                .text(today.advanced(days: -day.rawValue).description)
            )
        }
    }

    /// Whose submissions somebody sees.
    package enum Scope: Sendable {
        case all
        /// The candidates' that the caller is.
        case candidates([CandidateID])
        /// What these companies have received, and what was sent to jobs that these offices have posted.
        case organisations(companies: [CompanyID], offices: [OrganisationID])

        package func includes(_ row: SubmissionRow) -> Bool {
            switch self {
            case .all: true
            case .candidates(let candidates): candidates.contains { $0.description == row.candidate }
            case .organisations(let companies, let offices):
                companies.contains(row.company) || row.organisation.map(offices.contains) ?? false
            }
        }

        fileprivate var filters: [ListFilter] {
            switch self {
            case .all: []
            case .candidates(let candidates): [ListFilter("s.candidate = ANY(?)", .texts(candidates.map(\.description)))]
            case .organisations(let companies, let offices) where offices.isEmpty:
                // One company's lie in their order in an index; those of several are sorted.
                companies.count == 1
                    ? [ListFilter("s.company = ?", .uuid(companies[0].uuid))]
                    : [ListFilter("s.company = ANY(?)", .uuids(companies.map(\.uuid)))]
            case .organisations(let companies, let offices):
                // Offices are few, and their names are written as they are: each has the form of a UUID.
                [
                    ListFilter(
                        "s.company = ANY(?) OR j.organisation IN (\(offices.map { "'\($0)'" }.joined(separator: ", ")))",
                        .uuids(companies.map(\.uuid))
                    )
                ]
            }
        }
    }

    /// The submissions within a scope, and in one status, to one job or with something due, where these are given.
    package static func list(
        _ order: Order = .newest,
        _ scope: Scope = .all,
        status: String? = nil,
        job: JobID? = nil,
        due: (Due, on: CalendarDate)? = nil
    ) -> ListQuery<SubmissionRow> {
        let wanted = [
            ListFilter("s.status = ?", status) { .text($0) },
            ListFilter("s.job = ?", job) { .uuid($0.uuid) },
            due.map { $0.0.condition(on: $0.on) },
        ]
        let filters = scope.filters + wanted.compactMap(\.self)
        return ListQuery(order: order.list, columns: SubmissionRow.columns, source: source, filters: filters) {
            try SubmissionRow($0, at: 1)
        }
    }

    /// How many submissions to some companies stand in each status.
    package static func counts(of companies: [CompanyID], in pool: PostgresPool) async throws -> [String: Int] {
        try await pool.connection { db in
            let rows = try db.query(
                "SELECT status, count(*)::integer FROM submissions WHERE company = ANY($1) GROUP BY status",
                [.uuids(companies.map(\.uuid))]
            )
            return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.decode(0, as: String.self), try $0.decode(1, as: Int.self)) })
        }
    }

    /// Submissions whose promised time is over by `now` without an answer, and that aren't marked so yet: the longest due first.
    package static func unanswered(by now: Timestamp, limit: Int, in pool: PostgresPool) async throws -> [SubmissionID] {
        try await pool.connection { db in
            try db.query(
                """
                SELECT id FROM submissions WHERE status IN ('submitted', 'viewed') AND NOT overdue AND respond_by < $1
                ORDER BY respond_by LIMIT $2
                """,
                [.timestamptz(now.date), .int8(Int64(limit))]
            ).map { SubmissionID(try $0.decode(0, as: UUID.self)) }
        }
    }
}
