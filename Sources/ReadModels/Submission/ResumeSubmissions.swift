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
        INSERT INTO submissions (id, candidate, job, company, session, channel, status, submitted_at, version, submitted)
        SELECT id, data->>'candidate', (data->>'job')::uuid, (data->>'company')::uuid, (data->>'session')::uuid,
            data->>'channel', 'submitted', recorded_at, version, position
        FROM newest
        ON CONFLICT (id) DO UPDATE SET session = excluded.session, channel = excluded.channel, status = excluded.status,
            submitted_at = excluded.submitted_at, version = excluded.version, submitted = excluded.submitted
        """

    private static let tracked = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, version,
                CASE type WHEN 'SubmissionDelivered' THEN 'delivered' WHEN 'SubmissionViewed' THEN 'viewed'
                    WHEN 'CandidateContacted' THEN 'contacted' WHEN 'InterviewScheduled' THEN 'interview' WHEN 'OfferMade' THEN 'offered'
                    WHEN 'CandidateHired' THEN 'hired' WHEN 'SubmissionRejected' THEN 'rejected'
                    WHEN 'SubmissionWithdrawn' THEN 'withdrawn' END AS status
            FROM facts WHERE stream LIKE 'submission-%' AND type <> 'ResumeSubmitted' ORDER BY stream, version DESC)
        UPDATE submissions AS s SET status = coalesce(n.status, s.status), version = n.version
        FROM newest AS n WHERE s.id = n.id AND n.version > s.version
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

    static let columns = """
        jsonb_strip_nulls(jsonb_build_object('id', s.id, 'job', s.job, 'company', s.company, 'session', s.session,
            'channel', s.channel, 'status', s.status, 'submittedAt', rfc3339(s.submitted_at), 'version', s.version,
            'title', j.title, 'companyName', c.name)), s.candidate, s.company, s.id, s.job
        """

    init(_ row: Row, at column: Int) throws {
        object = try row.decode(column, as: [UInt8].self)
        candidate = try row.decode(column + 1, as: String.self)
        company = CompanyID(try row.decode(column + 2, as: UUID.self))
        id = SubmissionID(try row.decode(column + 3, as: UUID.self))
        job = JobID(try row.decode(column + 4, as: UUID.self))
    }
}

extension ResumeSubmissions {
    private static let source = "submissions AS s LEFT JOIN jobs AS j ON j.id = s.job LEFT JOIN companies AS c ON c.id = s.company"

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

    /// The submissions of some candidates, to some companies or in one status, where these are given.
    package static func list(
        _ order: Order = .newest,
        candidates: [CandidateID]? = nil,
        companies: [CompanyID]? = nil,
        status: String? = nil
    ) -> ListQuery<SubmissionRow> {
        let filters = [
            ListFilter("s.candidate = ANY(?)", candidates) { .texts($0.map(\.description)) },
            companies.map(receivers),
            ListFilter("s.status = ?", status) { .text($0) },
        ]
        return ListQuery(order: order.list, columns: SubmissionRow.columns, source: source, filters: filters.compactMap(\.self)) {
            try SubmissionRow($0, at: 1)
        }
    }

    /// One company's submissions lie in their order in an index; those of several are sorted.
    private static func receivers(_ companies: [CompanyID]) -> ListFilter {
        companies.count == 1
            ? ListFilter("s.company = ?", .uuid(companies[0].uuid))
            : ListFilter("s.company = ANY(?)", .uuids(companies.map(\.uuid)))
    }
}
