/// A connection, lent to a closure that runs on the connection's own thread; every call waits there for the server's answer.
///
/// Calls throw `PostgresError.cancelled` once the task that waits for the closure is cancelled.
package struct Session: ~Copyable {
    let connection: Connection
    let job: Job

    /// Runs one statement, prepared at its first use on this connection and found again by its text.
    @discardableResult
    package func query(_ sql: String, _ parameters: [Parameter] = []) throws(PostgresError) -> Rows {
        try ready()
        return try connection.query(sql, parameters)
    }

    /// Runs any number of statements separated by semicolons; outside a transaction they make one together.
    package func execute(_ script: String) throws(PostgresError) {
        try ready()
        try connection.execute(script)
    }

    /// BEGIN, `body`, COMMIT; ROLLBACK when `body` throws. Can't be nested.
    package func transaction<Result>(_ body: (borrowing Session) throws -> Result) throws -> Result {
        guard connection.isIdle else { throw PostgresError.misuse("a transaction is open already") }
        try execute("BEGIN")
        let result: Result
        do {
            result = try body(self)
        } catch {
            rollBack()
            throw error
        }
        guard connection.isInTransaction else {
            rollBack()
            throw PostgresError.misuse("a statement of this transaction failed or ended it; nothing was committed")
        }
        job.becomeUncancellable()
        try connection.execute("COMMIT")
        return result
    }

    func ready() throws(PostgresError) {
        if job.isCancelled { throw .cancelled }
    }

    /// Ends what `body` left open, so that the next user finds an idle connection.
    /// - Throws: `PostgresError.misuse` when that lost something.
    func settle() throws(PostgresError) {
        guard !connection.isBroken, !connection.isIdle else { return }
        rollBack()
        throw .misuse("the session ended inside a transaction, which was rolled back")
    }

    func rollBack() {
        guard !connection.isBroken, !connection.isIdle else { return }
        job.becomeUncancellable()
        try? connection.execute("ROLLBACK")
    }
}
