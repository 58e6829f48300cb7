import Dispatch
package import Postgres

/// Keeps the locks of a statement until it is told to let go.
package final class Hold: Sendable {
    private let end = DispatchSemaphore(value: 0)

    /// Returns once it has them.
    package init(_ statement: String, _ pool: PostgresPool) async throws {
        let (held, end) = (Semaphore(), end)
        Task {
            try await pool.transaction { db in
                try db.execute(statement)
                held.signal()
                end.wait()
            }
        }
        await held.wait()
    }

    package func release() {
        end.signal()
    }

    deinit {
        release()
    }
}

/// Waits until `count` gives more than 0.
package func until(_ pool: PostgresPool, _ count: String) async throws {
    while try await pool.connection({ try $0.query(count)[0].decode(0, as: Int64.self) }) == 0 { await Task.yield() }
}
