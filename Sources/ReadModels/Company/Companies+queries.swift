import FoundationEssentials
package import Postgres
package import Recruiting

extension Companies {
    /// Who looks at companies.
    package enum Reader: Sendable {
        /// Sees what everybody may: who it is, and until when it is verified.
        case everybody
        /// Whose work it is: sees what that rests on, too.
        case staff
    }

    /// A company as a JSON object, on `today`.
    private static func object(for reader: Reader, on today: CalendarDate) -> String {
        let public_ = """
            'id', id, 'name', name, 'kind', kind, 'region', region, 'version', version,
            'verifiedUntil', CASE WHEN status = 'verified' AND reverify_by >= date '\(today)' THEN reverify_by END
            """
        let more = """
            , 'uscc', uscc, 'licence', licence, 'since', since, 'due', due, 'reverifyBy', reverify_by,
            'status', CASE WHEN status = 'verified' AND reverify_by < date '\(today)' THEN 'lapsed' ELSE status END,
            'judgement', judgement, 'suspension', suspension,
            'blacklisting', (SELECT jsonb_build_object('by', listed_by, 'reason', reason) FROM blacklist AS b WHERE b.id = companies.id),
            'required', jsonb_build_object('documents', CASE kind \(cases { $0.requiredDocuments.map(\.rawValue) }) END,
                'checks', CASE kind \(cases { $0.requiredChecks.map(\.rawValue) }) END)
            """
        return "jsonb_strip_nulls(jsonb_build_object(\(public_)\(reader == .staff ? more : "")))"
    }

    private static func cases(_ required: (CompanyKind) -> [String]) -> String {
        CompanyKind.allCases.map { kind in
            "WHEN '\(kind.rawValue)' THEN to_jsonb(ARRAY[\(required(kind).map { "'\($0)'" }.joined(separator: ", "))])"
        }.joined(separator: " ")
    }

    package static func find(_ id: CompanyID, for reader: Reader, on today: CalendarDate, in pool: PostgresPool) async throws -> [UInt8]? {
        try await pool.object("SELECT \(object(for: reader, on: today)) FROM companies WHERE id = $1", [.uuid(id.uuid)])
    }

    /// The names of those companies that are registered.
    package static func names(of ids: [CompanyID], in pool: PostgresPool) async throws -> [CompanyID: String] {
        try await pool.connection { db in
            let rows = try db.query("SELECT id, name FROM companies WHERE id = ANY ($1)", [.uuids(ids.map(\.uuid))])
            return try Dictionary(
                uniqueKeysWithValues: rows.map { (CompanyID(try $0.decode(0, as: UUID.self)), try $0.decode(1, as: String.self)) }
            )
        }
    }

    /// In which order companies are listed.
    package enum Order: String, Sendable, CaseIterable {
        /// By their registration.
        case registration
        /// By name, in the order of Unicode's code points.
        case name
        /// By the day from which on they wait for a reviewer, the first first.
        case due

        fileprivate var list: ListOrder {
            switch self {
            case .registration: .ascending("companies.registration", .number("registered"))
            case .name: .ascending("companies.name", .text("name"), .number("registered"))
            case .due: .ascending("companies.due", .day("due"), .number("registered"))
            }
        }
    }

    /// Which companies are listed.
    package enum Status: String, Sendable, CaseIterable {
        /// Never judged, or changed since.
        case unverified
        case verified, lapsed, rejected, suspended, blacklisted
        /// What waits for a reviewer: unverified, lapsed, or to be verified again within ``Companies/notice`` days.
        case due

        fileprivate func filter(_ today: CalendarDate) -> ListFilter {
            switch self {
            case .verified: ListFilter("status = 'verified' AND due >= ?::text::date", .text(today.description))
            case .lapsed: ListFilter("status = 'verified' AND due < ?::text::date", .text(today.description))
            case .due:
                ListFilter(
                    "status IN ('unverified', 'verified') AND due <= ?::text::date",
                    .text(today.advanced(days: Companies.notice).description)
                )
            case .unverified, .rejected, .suspended, .blacklisted: ListFilter("status = '\(rawValue)'")
            }
        }
    }

    /// Days before a verification's last one from which on it is due.
    package static let notice = 14

    /// - Parameters:
    ///   - status: the only one in which they are.
    ///   - words: what the name holds: every two neighbouring characters of them.
    package static func list(
        _ order: Order = .registration,
        for reader: Reader = .everybody,
        on today: CalendarDate,
        _ status: Status? = nil,
        words: String? = nil
    ) -> ListQuery<[UInt8]> {
        ListQuery(
            order.list,
            of: object(for: reader, on: today),
            from: "companies",
            where: status?.filter(today),
            ListFilter("pairs @> character_pairs(?)", words) { .text($0) }
        )
    }

    /// What is on file of a company, in the order of filing.
    package static func documents(of id: CompanyID) -> ListQuery<[UInt8]> {
        ListQuery(
            .ascending("documents.filing", .number("filed")),
            of: """
                jsonb_strip_nulls(jsonb_build_object('id', id, 'kind', kind, 'digest', digest, 'size', size, 'form', form,
                    'validUntil', valid_until, 'by', filed_by, 'at', rfc3339(filed_at)))
                """,
            from: "filed_documents",
            where: ListFilter("company = ? AND NOT withdrawn", .uuid(id.uuid))
        )
    }

    /// The codes on the blacklist, the newest first.
    package static let blacklist = ListQuery(
        .descending("blacklist.newest", .number("b.listed")),
        of: """
            jsonb_strip_nulls(jsonb_build_object('company', b.id, 'uscc', b.uscc, 'name', c.name, 'reason', b.reason, 'by', b.listed_by,
                'at', rfc3339(b.listed_at)))
            """,
        from: "blacklist AS b LEFT JOIN companies AS c ON c.id = b.id"
    )

    /// Files that are kept and not on file: of documents that were withdrawn, and what filings have left that came to nothing, kept for
    /// longer than `patience`.
    package static func unfiled(after patience: Duration, limit: Int, in pool: PostgresPool) async throws -> [(
        DocumentID, CompanyID, wasOnFile: Bool
    )] {
        try await pool.connection { db in
            try db.query(
                """
                (SELECT k.document, k.company, true FROM company_documents AS k JOIN filed_documents AS f ON f.id = k.document
                    WHERE f.withdrawn LIMIT $1)
                UNION ALL
                (SELECT k.document, k.company, false FROM company_documents AS k LEFT JOIN filed_documents AS f ON f.id = k.document
                    WHERE f.id IS NULL AND k.kept_at < now() - $2 * interval '1 s' LIMIT $1)
                """,
                [.int(limit), .int8(patience.components.seconds)]
            ).map { row in
                (
                    DocumentID(try row.decode(0, as: UUID.self)), CompanyID(try row.decode(1, as: UUID.self)),
                    wasOnFile: try row.decode(2, as: Bool.self)
                )
            }
        }
    }
}

extension Companies {
    /// The companies that have one of these names or codes, with both.
    package static func named(_ texts: Set<String>, in pool: PostgresPool) async throws -> [(id: CompanyID, name: String, uscc: String)] {
        try await pool.connection { db in
            try db.query("SELECT id, name, uscc FROM companies WHERE name = ANY($1) OR uscc = ANY($1)", [.texts(Array(texts))]).map { row in
                (CompanyID(try row.decode(0, as: UUID.self)), try row.decode(1, as: String.self), try row.decode(2, as: String.self))
            }
        }
    }
}
