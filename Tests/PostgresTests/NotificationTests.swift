import Postgres
import TestSupport
import Testing

@Suite struct `Listening` {
    @Test func `gives what is sent with its payload`() async throws {
        try await withDatabase(migrated: false) { pool, settings in
            var heard = Notifications(settings, channel: "odd \"name\"", logger: .quiet).makeAsyncIterator()
            #expect(await heard.next() == "")
            try await pool.connection { try $0.execute(#"SELECT pg_notify('odd "name"', '17')"#) }
            #expect(await heard.next() == "17")
        }
    }

    @Test func `goes on after a restart, and says that something may be lost`() async throws {
        try await withCluster { cluster in
            var heard = Notifications(cluster.settings(), channel: "events", logger: .quiet).makeAsyncIterator()
            #expect(await heard.next() == "")
            try await cluster.restart()
            #expect(await heard.next() == "")
            let pool = PostgresPool(cluster.settings(), maximum: 1, logger: .quiet)
            try await pool.connection { try $0.execute("NOTIFY events, 'after'") }
            #expect(await heard.next() == "after")
            await pool.close()
        }
    }

    @Test func `ends with its task, and so does its connection`() async throws {
        try await withDatabase(migrated: false) { pool, settings in
            let (listening, counted) = (
                AsyncStream.makeStream(of: Void.self),
                "SELECT FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )
            let task = Task {
                for await _ in Notifications(settings, channel: "events", logger: .quiet) { listening.continuation.yield() }
            }
            for await _ in listening.stream { break }
            #expect(try await pool.connection { try $0.query(counted).count } == 1)
            task.cancel()
            await task.value
            try await pool.connection { db in
                while try db.query(counted).count > 0 {}
            }
        }
    }
}
