/// A connection of a pool, lent to a closure that runs on the connection's own thread; every call waits there for the server's answer.
///
/// Calls throw `PostgresError.cancelled` once the task that waits for the closure is cancelled.
package struct Connection: ~Copyable {
    let libpq: LibpqConnection
    let call: PoolCall

    /// Runs one statement, prepared at its first use on this connection and found again by its text.
    @discardableResult
    package func query(_ sql: String, _ parameters: [Parameter] = []) throws(PostgresError) -> Rows {
        try ready()
        return try libpq.query(sql, parameters)
    }

    /// Runs one statement that is planned for these parameters alone. PostgreSQL makes one plan for all parameters of a statement that is
    /// often used, which takes a word that is everywhere for one that is rare.
    package func queryPlannedAnew(_ sql: String, _ parameters: [Parameter]) throws(PostgresError) -> Rows {
        try ready()
        return try libpq.queryPlannedAnew(sql, parameters)
    }

    /// Runs any number of statements separated by semicolons; outside a transaction they make one together.
    package func execute(_ script: String) throws(PostgresError) {
        try ready()
        try libpq.execute(script)
    }

    /// BEGIN, `body`, COMMIT; ROLLBACK when `body` throws. Can't be nested.
    package func transaction<Result>(_ body: (borrowing Connection) throws -> Result) throws -> Result {
        guard libpq.isIdle else { throw PostgresError.misuse("a transaction is open already") }
        try execute("BEGIN")
        let result: Result
        do {
            result = try body(self)
        } catch {
            rollBack()
            throw error
        }
        guard libpq.isInTransaction else {
            rollBack()
            throw PostgresError.misuse("a statement of this transaction failed or ended it; nothing was committed")
        }
        call.becomeUncancellable()
        try libpq.execute("COMMIT")
        return result
    }

    func ready() throws(PostgresError) {
        if call.isCancelled { throw .cancelled }
    }

    /// Ends what `body` left open, so that the next user finds an idle connection.
    /// - Throws: `PostgresError.misuse` when that lost something.
    func settle() throws(PostgresError) {
        guard !libpq.isBroken, !libpq.isIdle else { return }
        rollBack()
        throw .misuse("the connection was given back inside a transaction, which was rolled back")
    }

    func rollBack() {
        guard !libpq.isBroken, !libpq.isIdle else { return }
        call.becomeUncancellable()
        try? libpq.execute("ROLLBACK")
    }
}
