import EventSourcing
import FoundationEssentials
import Postgres

/// Why appends of a refused batch can't be accepted, by their index in it.
struct Refusals {
    private var answered: [Int: (fingerprint: Int64, range: LogRange)] = [:]
    private var moved: [Int: StreamName] = [:]

    init(of appends: [Append], in db: borrowing Connection) throws {
        let indices = appends.indices.map(Int32.init)
        let conditions = zip(indices, appends).flatMap { index, append in
            append.expected.map { (stream: $0.key.description, version: Int32($0.value), of: index) }
        }
        let rows = try db.query(
            "SELECT append, fingerprint, first, count, stream FROM log_refusals($1, $2, $3, $4, $5)",
            [
                .uuids(appends.map(\.key.id)), .int4s(indices),
                .texts(conditions.map(\.stream)), .int4s(conditions.map(\.version)), .int4s(conditions.map(\.of)),
            ]
        )
        for row in rows {
            let append = Int(try row.decode(0, as: Int32.self))
            if let stream = try row.decodeIfPresent(4, as: String.self) {
                moved[append] = StreamName(stream)
            } else {
                let first = LogPosition(try row.decode(2, as: Int64.self))
                let range = LogRange(first: first, count: Int(try row.decode(3, as: Int32.self)))
                answered[append] = (try row.decode(1, as: Int64.self), range)
            }
        }
    }

    /// Nil for an append that may be sent again. A key that was answered comes before a stream that has moved:
    /// it is by that very append that it moved.
    func outcome(of index: Int, _ append: Append) -> AppendOutcome? {
        if let answer = answered[index] {
            return answer.fingerprint == append.key.fingerprint ? .repeated(answer.range) : .keyReused
        }
        return moved[index].map(AppendOutcome.conflict)
    }
}
