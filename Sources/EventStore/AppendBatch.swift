import EventSourcing
import FoundationEssentials
package import Postgres

/// Appends that touch none of each other's streams and are sent to PostgreSQL as one call, in the parallel arrays it takes.
package struct AppendBatch {
    private var fresh: (stream: [String], first: [Int32], version: [Int32]) = ([], [], [])
    private var grown: (stream: [String], from: [Int32], version: [Int32]) = ([], [], [])
    private var read: (stream: [String], version: [Int32]) = ([], [])
    private var keys: (id: [UUID], fingerprint: [Int64], first: [Int32], count: [Int32]) = ([], [], [], [])
    private var streams: [String] = []
    private var versions: [Int32] = []
    private var firsts: [Int32?] = []
    private var types: [String] = []
    private var schemas: [Int16] = []
    private var lanes: [Int16] = []
    private var mediaTimes: [Int32?] = []
    private var actorKinds: [String] = []
    private var actorIDs: [String] = []
    private var correlations: [UUID?] = []
    private var causations: [UUID?] = []
    private var data: [[UInt8]] = []

    package init(_ appends: some Sequence<Append>) {
        for append in appends { add(append) }
    }

    private mutating func add(_ append: Append) {
        let first = Int32(streams.count + 1)
        keys.id.append(append.key.id)
        keys.fingerprint.append(append.key.fingerprint)
        keys.first.append(first)
        keys.count.append(Int32(append.events.count))

        var written: [StreamName: (first: Int32, count: Int32)] = [:]
        for (index, event) in append.events.enumerated() {
            var stream = written[event.stream] ?? (first + Int32(index), 0)
            stream.count += 1
            written[event.stream] = stream
            add(event, expected: Int32(append.expected[event.stream]!), stream, append.origin)
        }
        for (name, version) in append.expected {
            let expected = Int32(version)
            if let stream = written[name] {
                expected == 0
                    ? startStream(name, first: stream.first, version: stream.count)
                    : growStream(name, from: expected, to: expected + stream.count)
            } else {
                read.stream.append(name.description)
                read.version.append(expected)
            }
        }
    }

    private mutating func add(_ event: NewEvent, expected: Int32, _ stream: (first: Int32, count: Int32), _ origin: Origin) {
        streams.append(event.stream.description)
        versions.append(expected + stream.count)
        firsts.append(expected == 0 ? stream.first : nil)
        types.append(event.type)
        schemas.append(event.schemaVersion)
        lanes.append(event.lane.rawValue)
        mediaTimes.append(event.mediaTime)
        actorKinds.append(origin.actorKind)
        actorIDs.append(origin.actorID)
        correlations.append(origin.correlation)
        causations.append(origin.causation)
        data.append(event.data)
    }

    private mutating func startStream(_ name: StreamName, first: Int32, version: Int32) {
        fresh.stream.append(name.description)
        fresh.first.append(first)
        fresh.version.append(version)
    }

    private mutating func growStream(_ name: StreamName, from: Int32, to version: Int32) {
        grown.stream.append(name.description)
        grown.from.append(from)
        grown.version.append(version)
    }

    /// How many events the batch holds.
    var count: Int { streams.count }

    package static let statement = """
        SELECT log_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
            $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
        """

    /// The parameters of `log_append`, in the order in which it declares them.
    package var parameters: [Parameter] {
        [
            .texts(fresh.stream), .int4s(fresh.first), .int4s(fresh.version),
            .texts(grown.stream), .int4s(grown.from), .int4s(grown.version),
            .texts(read.stream), .int4s(read.version),
            .uuids(keys.id), .int8s(keys.fingerprint), .int4s(keys.first), .int4s(keys.count),
            .texts(streams), .int4s(versions), .int4s(firsts), .texts(types), .int2s(schemas),
            .int2s(lanes), .int4s(mediaTimes), .texts(actorKinds), .texts(actorIDs),
            .uuids(correlations), .uuids(causations), .jsonbs(data),
        ]
    }
}
