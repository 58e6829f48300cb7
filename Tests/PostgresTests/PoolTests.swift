import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct `A pool` {
    @Test func `never makes more connections than allowed, and serves all who wait`() async throws {
        try await withDatabase(maximum: 3, migrated: false) { pool in
            let backends = try await withThrowingTaskGroup { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await pool.connection { try $0.query("SELECT pg_backend_pid(), pg_sleep(0.001)")[0].decode(0, as: Int32.self) }
                    }
                }
                return try await group.reduce(into: [Int32]()) { $0.append($1) }
            }
            #expect(backends.count == 200 && Set(backends).count <= 3)
        }
    }

    @Test func `refuses calls past those that may wait, and serves those that do`() async throws {
        try await withDatabase(migrated: false) { pool, settings in
            let narrow = PostgresPool(settings, maximum: 1, room: 10, logger: .quiet)
            let hold = try await Hold("SELECT 1", narrow)
            let served = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        do { return try await narrow.connection { try $0.query("SELECT 1").count == 1 } } catch PostgresError.overloaded {
                            return false
                        }
                    }
                }
                var refused = 0
                while refused < 40 { refused += try await group.next() == false ? 1 : 0 }
                hold.release()
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(served == 10)
            await narrow.close()
        }
    }

    @Test func `uses one connection as long as one is enough`() async throws {
        try await withDatabase(maximum: 3, migrated: false) { pool in
            var backends: Set<Int32> = []
            for _ in 0..<50 { backends.insert(try await pool.backend()) }
            #expect(backends.count == 1)
        }
    }

    @Test func `replaces a connection that the server ended while idle`() async throws {
        try await withDatabase(maximum: 1, migrated: false) { pool, settings in
            let first = try await pool.backend()
            let other = PostgresPool(settings, maximum: 1, logger: .quiet)
            try await other.connection { db in
                _ = try db.query("SELECT pg_terminate_backend($1, 5000)", [.int4(first)])
            }
            await other.close()
            #expect(try await pool.backend() != first)
        }
    }

    @Test func `says that a connection was lost under a statement, and replaces it`() async throws {
        try await withDatabase(maximum: 1, migrated: false) { pool in
            let failure = await #expect(throws: PostgresError.self) {
                try await pool.transaction { try $0.query("SELECT pg_terminate_backend(pg_backend_pid())") }
            }
            guard case .lost = failure else {
                Issue.record("not lost: \(String(describing: failure))")
                return
            }
            let backend = try await pool.backend()
            #expect(backend > 0)
        }
    }

    @Test func `gives a task that is cancelled while waiting its cancellation at once`() async throws {
        try await withDatabase(maximum: 1, migrated: false) { pool, settings in
            let other = PostgresPool(settings, maximum: 1, logger: .quiet)
            _ = try await other.connection { try $0.query("SELECT pg_advisory_lock(1)") }
            let started = Semaphore()
            let holder = Task {
                try await pool.connection { db in
                    started.signal()
                    return try db.query("SELECT pg_advisory_lock(1)").count
                }
            }
            await started.wait()
            let waiter = Task { try await pool.connection { try $0.query("SELECT 1").count } }
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
            await other.close()
            #expect(try await holder.value == 1)
        }
    }

    @Test func `stops the statement of a task that is cancelled, and nobody else's`() async throws {
        try await withDatabase(maximum: 1, migrated: false) { pool in
            let started = Semaphore()
            let sleeper = Task {
                try await pool.connection { db in
                    started.signal()
                    try db.query("SELECT pg_sleep(60)")
                }
            }
            await started.wait()
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
            for _ in 0..<20 {
                let undisturbed = try await pool.connection { try $0.query("SELECT pg_sleep(0.005)").count }
                #expect(undisturbed == 1)
            }
        }
    }

    @Test func `lets running work end when it is closed, and refuses new work`() async throws {
        try await withDatabase(migrated: false) { _, settings in
            let pool = PostgresPool(settings, maximum: 1, logger: .quiet)
            let started = Semaphore()
            let running = Task {
                try await pool.connection { db in
                    started.signal()
                    return try db.query("SELECT pg_sleep(0.05)").count
                }
            }
            await started.wait()
            await pool.close()
            let count = try await running.value
            #expect(count == 1)
            await #expect(throws: PostgresError.closed) { try await pool.backend() }
        }
    }

    @Test func `says where no server is and what to do`() async throws {
        let pool = PostgresPool(ConnectionSettings(url: "postgresql://u:secret@127.0.0.1:1/d"), maximum: 2, logger: .quiet)
        let failure = await #expect(throws: PostgresError.self) { try await pool.backend() }
        let text = "\(try #require(failure))"
        #expect(text.contains("127.0.0.1") && text.contains("DATABASE_URL") && !text.contains("secret"))
        #expect(failure?.isUnavailable == true)
        await pool.close()
    }

    @Test func `survives a restart and a crash of the server`() async throws {
        try await withCluster { cluster in
            let pool = PostgresPool(cluster.settings(), maximum: 4, logger: .quiet)
            let first = try await pool.backend()
            try await cluster.restart()
            #expect(try await pool.backend() != first)
            try cluster.crash()
            await #expect(throws: PostgresError.self) { try await pool.connection { try $0.query("SELECT pg_sleep(60)") } }
            try await cluster.start()
            #expect(try await pool.backend() != first)
            await pool.close()
        }
    }

    @Test func `reads from a replica what the primary wrote`() async throws {
        try await withCluster { cluster in
            let pool = PostgresPool(cluster.settings(), maximum: 1, logger: .quiet)
            try await pool.connection { try $0.execute("CREATE TABLE t (id int8); INSERT INTO t VALUES (7)") }
            let replica = try await cluster.replica()
            let copy = PostgresPool(replica.settings(), maximum: 1, logger: .quiet)
            let (standby, id) = try await copy.connection { db in
                let row = try db.query("SELECT pg_is_in_recovery(), id FROM t")[0]
                return try (row.decode(0, as: Bool.self), row.decode(1, as: Int64.self))
            }
            #expect(standby && id == 7)
            await copy.close()
            await pool.close()
            try await replica.remove()
        }
    }
}

extension PostgresPool {
    fileprivate func backend() async throws -> Int32 {
        try await connection { try $0.query("SELECT pg_backend_pid()")[0].decode(0) }
    }
}
