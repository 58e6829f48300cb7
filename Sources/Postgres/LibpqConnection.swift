import CLibpq
import Glibc
package import Logging

/// One libpq connection with its prepared statements; made, used and ended on one thread.
package final class LibpqConnection {
    private struct Prepared {
        let name: String
        let types: [Oid]
    }

    /// When a connection has prepared this many statements it forgets them all: a bound for the server's memory, far above what a program of fixed statements needs.
    private static let statementLimit = 512

    let handle: OpaquePointer
    private let notices: Unmanaged<NoticeLog>
    private var prepared: [String: Prepared] = [:]
    private var preparedEver = 0
    private var buffer = ParameterBuffer()

    package init(_ settings: ConnectionSettings, logger: Logger) throws(PostgresError) {
        if let fault = settings.fault { throw .connection("what names the database \(fault)") }
        let keywords = settings.keywords
        let names = keywords.map { strdup($0.0) } + [nil]
        let values = keywords.map { strdup($0.1) } + [nil]
        defer { for text in names + values { free(text) } }
        let opened = PQconnectdbParams(names.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1)
        guard let opened else { throw .connection("out of memory") }
        guard PQstatus(opened) == CONNECTION_OK else {
            defer { PQfinish(opened) }
            let reason = settings.redacted(trimmed(String(cString: PQerrorMessage(opened))))
            throw .connection("\(reason) – is the server running and DATABASE_URL right? (\(settings))")
        }
        handle = opened
        notices = Unmanaged.passRetained(NoticeLog(logger: logger))
        PQsetNoticeReceiver(
            handle,
            { log, notice in
                guard let log, let notice else { return }
                Unmanaged<NoticeLog>.fromOpaque(log).takeUnretainedValue().receive(notice)
            },
            notices.toOpaque()
        )
        try requireUTF8()
        // Whatever the database's defaults: a stricter level would end in 40001 what waits its turn for the head of the log, and no
        // statement of ours runs for so long that compiling it would pay. A window of a fold would take ten times as long.
        try execute("SET default_transaction_isolation = 'read committed'; SET jit = off")
    }

    deinit {
        PQfinish(handle)
        notices.release()
    }

    var isBroken: Bool { PQstatus(handle) != CONNECTION_OK }
    var isIdle: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }
    var isInTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_INTRANS }
    var message: String { trimmed(String(cString: PQerrorMessage(handle))) }

    /// True when the server has closed an idle connection, or said that it will; costs one poll(2) and waits for nothing.
    func hasBeenClosed() -> Bool {
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        while poll(&descriptor, 1, 0) > 0 {
            // PQisBusy reads what has come: a farewell arrives as a notice of severity FATAL.
            guard PQconsumeInput(handle) == 1, PQisBusy(handle) == 0, !notices.takeUnretainedValue().heardFatal else { return true }
        }
        return isBroken
    }

    package func query(_ sql: String, _ parameters: [Parameter]) throws(PostgresError) -> Rows {
        try renewingStalePlan(of: sql) { () throws(PostgresError) in
            buffer.fill(parameters)
            let name = try prepare(sql)
            let result = buffer.lend { count, values, lengths, formats in
                PQexecPrepared(handle, name, count, values, lengths, formats, 1)
            }
            return Rows(try checked(result))
        }
    }

    package func queryPlannedAnew(_ sql: String, _ parameters: [Parameter]) throws(PostgresError) -> Rows {
        buffer.fill(parameters)
        let types = buffer.types
        let result = buffer.lend { count, values, lengths, formats in
            PQexecParams(handle, sql, count, types, values, lengths, formats, 1)
        }
        return Rows(try checked(result))
    }

    package func execute(_ script: String) throws(PostgresError) {
        _ = try checked(PQexec(handle, script))
    }
}

extension LibpqConnection {
    /// The name of the statement prepared for `sql` and the types now in `buffer`.
    private func prepare(_ sql: String) throws(PostgresError) -> String {
        if let known = prepared[sql] {
            if known.types == buffer.types { return known.name }
            forget(sql)
        }
        if prepared.count >= Self.statementLimit, isIdle {
            try execute("DEALLOCATE ALL")
            prepared.removeAll()
        }
        preparedEver += 1
        let name = "s\(preparedEver)"
        let types = buffer.types
        _ = try checked(PQprepare(handle, name, sql, Int32(types.count), types))
        prepared[sql] = Prepared(name: name, types: types)
        return name
    }

    private func requireUTF8() throws(PostgresError) {
        guard let encoding = PQparameterStatus(handle, "server_encoding").map({ String(cString: $0) }), encoding != "UTF8" else { return }
        throw .unfit(
            "The database's encoding is \(encoding) and must be UTF8: make another with createdb --encoding=UTF8 --template=template0."
        )
    }

    private func forget(_ sql: String) {
        guard let old = prepared.removeValue(forKey: sql), !isBroken, isIdle || isInTransaction else { return }
        PQclear(PQexec(handle, "DEALLOCATE \(old.name)"))
    }

    /// Runs the query once more with a newly prepared statement when a table has changed under it (0A000) or the server has forgotten it
    /// (26000); only outside a transaction, where the failed try has changed nothing.
    private func renewingStalePlan(of sql: String, _ body: () throws(PostgresError) -> Rows) throws(PostgresError) -> Rows {
        do {
            return try retrying(sql, body)
        } catch  where error.sqlState == "42P05" || error.sqlState == "26000" {
            // Names are this connection's own: somebody else has used the same server connection meanwhile.
            throw .unfit(
                """
                The server has other statements prepared than this connection: does a pooler such as PgBouncer in transaction or statement \
                mode stand before it? Use its session mode, or connect to PostgreSQL itself. (\(error))
                """
            )
        }
    }

    private func retrying(_ sql: String, _ body: () throws(PostgresError) -> Rows) throws(PostgresError) -> Rows {
        let wasIdle = isIdle
        let isKnown = prepared[sql] != nil
        do {
            return try body()
        } catch  where isKnown && (error.sqlState == "0A000" || error.sqlState == "26000") {
            if error.sqlState == "26000" { prepared[sql] = nil } else { forget(sql) }
            guard wasIdle && isIdle else { throw error }
            return try body()
        }
    }

    /// The result, when it says that the statement succeeded.
    func checked(_ result: OpaquePointer?, allowing copy: ExecStatusType? = nil) throws(PostgresError) -> ResultHandle {
        guard let result else { throw lostOrMisused() }
        let owned = ResultHandle(result)
        let status = PQresultStatus(result)
        switch status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return owned
        case PGRES_COPY_IN, PGRES_COPY_OUT:
            if status == copy { return owned }
            leaveCopy(status)
            throw .misuse("COPY … STDIN and STDOUT need copyIn and copyOut")
        default:
            // What has no SQLSTATE is libpq's own: the server was not heard, though the connection may not be found broken yet.
            if isBroken || PQresultErrorField(result, Int32(UInt8(ascii: "C"))) == nil { throw .lost(message) }
            throw .server(ServerError(result))
        }
    }

    func lostOrMisused() -> PostgresError {
        isBroken ? .lost(message) : .misuse("libpq refused the call: \(message)")
    }
}

/// Where NOTICE and WARNING messages go.
private final class NoticeLog {
    private let logger: Logger
    private(set) var heardFatal = false

    init(logger: Logger) {
        self.logger = logger
    }

    func receive(_ notice: OpaquePointer) {
        let severity = PQresultErrorField(notice, Int32(UInt8(ascii: "V"))).map { String(cString: $0) }
        let message = trimmed(String(cString: PQresultErrorMessage(notice)))
        if severity == "FATAL" { heardFatal = true }
        logger.log(level: severity == "WARNING" ? .warning : .debug, "PostgreSQL: \(message)")
    }
}
