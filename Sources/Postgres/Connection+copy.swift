import CLibpq

/// Sends rows to a COPY … FROM STDIN.
package struct CopyWriter: ~Copyable {
    /// The number of bytes that are sent together.
    private static let chunk = 1 << 16
    /// Signature, flags and length of the header's extension: PostgreSQL manual, COPY, "Binary Format".
    private static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00] + [UInt8](repeating: 0, count: 8)

    private let libpq: LibpqConnection
    private var pending: [UInt8] = []
    private var isBinary = false

    fileprivate init(_ libpq: LibpqConnection) {
        self.libpq = libpq
    }

    /// Sends text in the form that the statement names; rows end with a line break.
    package mutating func write(_ text: String) throws(PostgresError) {
        pending += text.utf8
        try sendIfFull()
    }

    /// Sends a row of a COPY … (FORMAT binary); the values' types must be the columns' own.
    package mutating func row(_ values: [Parameter]) throws(PostgresError) {
        if !isBinary {
            isBinary = true
            pending += Self.header
        }
        let size = values.reduce(2) { $0 + 4 + $1.byteCount }
        pending += [UInt8](unsafeUninitializedCapacity: size) { buffer, written in
            guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
            var writer = ByteWriter(at: start)
            writer.put(Int16(values.count))
            for value in values {
                writer.put(value.isNull ? -1 : Int32(value.byteCount))
                value.write(to: &writer)
            }
            written = size
        }
        try sendIfFull()
    }

    fileprivate mutating func finish() throws(PostgresError) {
        if isBinary { pending += [0xff, 0xff] }
        try send()
    }

    private mutating func sendIfFull() throws(PostgresError) {
        if pending.count >= Self.chunk { try send() }
    }

    private mutating func send() throws(PostgresError) {
        let sent = pending.withUnsafeBytes { bytes in
            PQputCopyData(libpq.handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        pending.removeAll(keepingCapacity: true)
        guard sent == 1 else { throw libpq.lostOrMisused() }
    }
}

extension Connection {
    /// Runs a COPY … FROM STDIN with what `body` writes; when `body` throws, no row is kept.
    /// - Returns: how many rows were written.
    @discardableResult
    package func copyIn(_ sql: String, _ body: (inout CopyWriter) throws -> Void) throws -> Int {
        try ready()
        try libpq.beginCopy(sql, PGRES_COPY_IN)
        do {
            var writer = CopyWriter(libpq)
            try body(&writer)
            try writer.finish()
        } catch {
            _ = try? libpq.endCopyIn(failure: "given up by the client")
            throw error
        }
        return try libpq.endCopyIn(failure: nil)
    }

    /// Runs a COPY … TO STDOUT and lends each row, in the form that the statement names, to `row`; ends early when that throws.
    ///
    /// In binary form the first "row" begins with the header and the last is the two bytes of the trailer.
    package func copyOut(_ sql: String, _ row: (UnsafeRawBufferPointer) throws -> Void) throws {
        try ready()
        try libpq.beginCopy(sql, PGRES_COPY_OUT)
        var failure: (any Error)?
        var bytes: UnsafeMutablePointer<CChar>?
        while case let count = PQgetCopyData(libpq.handle, &bytes, 0), count > 0 {
            defer { PQfreemem(bytes) }
            if failure != nil { continue }
            do {
                try row(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            } catch {
                failure = error
                libpq.requestCancel()
            }
        }
        do {
            try libpq.drain()
        } catch {
            throw failure ?? error
        }
        if let failure { throw failure }
    }
}

extension LibpqConnection {
    fileprivate func beginCopy(_ sql: String, _ wanted: ExecStatusType) throws(PostgresError) {
        let result = try checked(PQexec(handle, sql), allowing: wanted)
        guard PQresultStatus(result.pointer) == wanted else { throw .misuse("not a COPY in this direction: \(sql)") }
    }

    @discardableResult
    fileprivate func endCopyIn(failure: String?) throws(PostgresError) -> Int {
        guard PQputCopyEnd(handle, failure) == 1 else { throw lostOrMisused() }
        return try drain()
    }

    /// Takes all results that are left, so that the next statement can be sent.
    /// - Returns: how many rows the last one counts.
    @discardableResult
    func drain() throws(PostgresError) -> Int {
        var failure: PostgresError?
        var count = 0
        while let result = PQgetResult(handle) {
            do {
                count = Rows(try checked(result)).affected
            } catch {
                failure = failure ?? error
                if isBroken { break }
            }
        }
        if let failure { throw failure }
        return count
    }

    fileprivate func requestCancel() {
        let request = PQgetCancel(handle)
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { _ = PQcancel(request, $0.baseAddress, 256) }
        PQfreeCancel(request)
    }

    /// Leaves a COPY that nobody serves.
    func leaveCopy(_ status: ExecStatusType) {
        if status == PGRES_COPY_IN {
            PQputCopyEnd(handle, "not expected by the client")
        } else {
            requestCancel()
            var bytes: UnsafeMutablePointer<CChar>?
            while PQgetCopyData(handle, &bytes, 0) > 0 { PQfreemem(bytes) }
        }
        while let result = PQgetResult(handle) { PQclear(result) }
    }
}
