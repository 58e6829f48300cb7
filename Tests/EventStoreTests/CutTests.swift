import EventSourcing
import EventStore
import FoundationEssentials
import Glibc
import Postgres
import TestSupport
import Testing

@Suite struct `An append that was sent` {
    /// PostgreSQL waits for a standby that never comes between commit and reply: the one place where a cut is sure to hit.
    @Test func `and cut off between commit and reply answers with its first positions`() async throws {
        try await withMigratedCluster([("synchronous_standby_names", "nobody"), ("synchronous_commit", "on")]) { _, settings in
            let pool = PostgresPool(settings, maximum: 2, logger: .quiet)
            try await running(EventLog(settings, pool: pool, patience: .seconds(120), logger: .quiet)) { log in
                let key = AppendKey(id: UUID(), fingerprint: 5)
                async let outcome = log.append(.noted("a-1", count: 3, key: key))
                try await cutOne(pool, where: "wait_event = 'SyncRep'")
                #expect(try await outcome == .repeated(LogRange(first: 1, count: 3)))
                #expect(try await log.append(.noted("a-1", count: 3, key: key)) == .repeated(LogRange(first: 1, count: 3)))
                #expect(try await log.read(after: .start).count == 3)
            }
            await pool.close()
        }
    }

    @Test func `and isn't answered in time has an unknown outcome, which its key tells later`() async throws {
        try await withDatabase { pool, settings in
            try await running(EventLog(settings, pool: pool, patience: .milliseconds(500), logger: .quiet)) { log in
                _ = try await log.append(.noted("a-1"))
                let key = AppendKey(id: UUID(), fingerprint: 0)
                let process = try Child.holdingAppend(settings)
                try await until(pool, others("state = 'idle in transaction' AND query LIKE '%log_append%'"))
                await #expect(throws: EventStoreError.outcomeUnknown) { try await log.append(.noted("a-2", key: key)) }
                process.signal(SIGKILL)
                #expect(try await answer(to: .noted("a-2", key: key), from: log).range == LogRange(first: 2, count: 1))
                #expect(try await log.read(after: .start).count == 2)
            }
        }
    }

    @Test func `by a process that is killed leaves nothing, and the next one goes on`() async throws {
        try await withDatabase { pool, settings in
            try await running(EventLog(settings, pool: pool, logger: .quiet)) { log in
                _ = try await log.append(.noted("a-1"))
                let process = try Child.holdingAppend(settings)
                try await until(pool, others("state = 'idle in transaction' AND query LIKE '%log_append%'"))
                // The append waits for the lock that the other process holds until the kernel closes its socket.
                async let next = log.append(.noted("a-2"))
                try await until(pool, others("wait_event_type = 'Lock'"))
                process.signal(SIGKILL)
                #expect(try await next == .appended(LogRange(first: 2, count: 1)))
                #expect(try await log.read(after: .start).map(\.stream) == ["a-1", "a-2"])
            }
        }
    }

    /// A server that takes no writes answers with the same SQLSTATE (25006) as a replica.
    @Test func `to a server that is still a replica waits for its promotion`() async throws {
        try await withDatabase { pool, settings in
            try await setReadOnly("SET default_transaction_read_only = on", pool)
            try await running(EventLog(settings, pool: pool, patience: .seconds(120), logger: .quiet)) { log in
                async let outcome = log.append(.noted("a-1"))
                try await until(pool, others("query LIKE 'SELECT log_append%'"))
                try await setReadOnly("RESET default_transaction_read_only", pool)
                // The setting is for new connections; a replica's become writable as they are.
                while try await cutAppends(pool) == 0 { await Task.yield() }
                #expect(try await outcome.range == LogRange(first: 1, count: 1))
            }
        }
    }
}

/// Counts the other connections to this database that meet `condition`.
func others(_ condition: String) -> String {
    """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND (\(condition))
    """
}

private func setReadOnly(_ setting: String, _ pool: PostgresPool) async throws {
    try await pool.connection { db in
        try db.execute("SET default_transaction_read_only = off")
        try db.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I \(setting)', current_database()); END $$")
    }
}

/// Ends one connection that meets `condition`, as soon as there is one.
private func cutOne(_ pool: PostgresPool, where condition: String) async throws {
    try await until(pool, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE \(condition)")
}
