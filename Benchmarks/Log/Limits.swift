import FoundationEssentials
import Postgres

/// What PostgreSQL does without a log: the bars that the log is held against. Rows have the size of its events.
struct Limits {
    let cluster: BenchCluster
    let size: Size

    private static let tables = """
        CREATE TABLE limit_head (position bigint NOT NULL) WITH (fillfactor = 10);
        INSERT INTO limit_head VALUES (0);
        CREATE TABLE limit_events (
            position bigserial PRIMARY KEY, stream text COLLATE "C" NOT NULL, version integer NOT NULL, type text NOT NULL,
            at timestamptz NOT NULL DEFAULT now(), data jsonb NOT NULL, metadata jsonb NOT NULL, UNIQUE (stream, version))
        """

    func measure(into report: Report) async throws {
        guard report.wants("limit.") else { return }
        try await report.figure("limit.copy_1000") { try await copy() }
        try await report.figure("limit.unnest_1000") { try await unnest() }
        for clients in [8, 32] {
            try await report.figure("limit.insert_unordered.c\(clients)") { try await insert(Self.unordered, clients) }
        }
        for clients in [8, 32] {
            try await report.figure("limit.insert_locked.c\(clients)") { try await insertLocked(clients) }
        }
    }

    /// Statements for each hop to the connection's thread: so many that the loop is the thread's and not the task's.
    static let together = 20

    func insertLocked(_ clients: Int = 1, together: Int = together) async throws -> Double {
        try await insert(Self.locked, clients, together: together)
    }

    private func copy() async throws -> Double {
        try await table(connections: 1) { pool in
            try await rate(size.time, count: 1_000) { _, turn in
                let rows = (0..<1_000).map { index -> [Parameter] in
                    let position = turn * 1_000 + index + 1
                    return [
                        .int8(Int64(position)), .text(Sample.stream()), .int4(1), .text("ResumeSubmitted"), .timestamptz(.now),
                        .jsonb(Sample.data), .jsonb(Sample.metadata),
                    ]
                }
                _ = try await pool.connection { db in
                    try db.copyIn("COPY limit_events FROM STDIN (FORMAT binary)") { writer in
                        for row in rows { try writer.row(row) }
                    }
                }
            }
        }
    }

    private func unnest() async throws -> Double {
        try await table(connections: 1) { pool in
            try await rate(size.time, count: 1_000) { _, _ in
                let streams = (0..<1_000).map { _ in Sample.stream() }
                let parameters: [Parameter] = [
                    .texts(streams), .jsonbs(Array(repeating: Sample.data, count: 1_000)),
                    .jsonbs(Array(repeating: Sample.metadata, count: 1_000)),
                ]
                _ = try await pool.connection { db in
                    try db.query(
                        """
                        INSERT INTO limit_events (stream, version, type, data, metadata)
                        SELECT stream, 1, 'ResumeSubmitted', data, metadata FROM unnest($1::text[], $2::jsonb[], $3::jsonb[]) AS e (stream, data, metadata)
                        """,
                        parameters
                    )
                }
            }
        }
    }

    private static let unordered = """
        INSERT INTO limit_events (stream, version, type, data, metadata) VALUES ($1, 1, 'ResumeSubmitted', $2, $3)
        """
    private static let locked = """
        WITH head AS (UPDATE limit_head SET position = position + 1 RETURNING position)
        INSERT INTO limit_events (position, stream, version, type, data, metadata) SELECT position, $1, 1, 'ResumeSubmitted', $2, $3 FROM head
        """

    private func insert(_ statement: String, _ clients: Int, together: Int = together) async throws -> Double {
        try await table(connections: clients) { pool in
            try await rate(size.time, tasks: clients, count: together) { _, _ in
                try await pool.connection { db in
                    for _ in 0..<together {
                        _ = try db.query(statement, [.text(Sample.stream()), .jsonb(Sample.data), .jsonb(Sample.metadata)])
                    }
                }
            }
        }
    }

    private func table(connections: Int, _ body: (PostgresPool) async throws -> Double) async throws -> Double {
        try await cluster.database { settings in
            let pool = PostgresPool(settings, maximum: connections, logger: .quiet)
            try await pool.connection { try $0.execute(Self.tables) }
            let rate = try await body(pool)
            await pool.close()
            return rate
        }
    }
}

/// Rows of about 240 bytes of JSON, as in the peers' runs.
enum Sample {
    static func stream() -> String { "submission-" + UUID().uuidString.lowercased() }

    static let data = Array(
        """
        {"candidate":"0192f0c1-5b1c-7000-8000-0a1b2c3d4e5f","job":"0192f0c1-5b1c-7000-8000-1a2b3c4d5e6f","channel":"live","cardVersion":3,\
        "company":"0192f0c1-aaaa"}
        """.utf8
    )
    static let metadata = Array(#"{"actor":"viewer","id":"0192f0c1-5b1c-7000-8000-2a3b4c5d6e7f"}"#.utf8)
}
