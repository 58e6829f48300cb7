import CLibpq

/// Parameters laid out as libpq takes them; one per connection, used again for each statement.
struct ParameterBuffer: ~Copyable {
    /// A larger buffer is given back after use, in bytes.
    private static let kept = 1 << 20

    private var bytes = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 8)
    private var capacity = 4096
    private(set) var types: [Oid] = []
    private var values: [UnsafePointer<CChar>?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    deinit {
        bytes.deallocate()
    }

    mutating func fill(_ parameters: [Parameter]) {
        clear()
        makeRoom(for: parameters.reduce(0) { $0 + $1.byteCount })
        var writer = ByteWriter(at: bytes)
        for parameter in parameters {
            let start = writer.position
            parameter.write(to: &writer)
            types.append(parameter.type)
            values.append(parameter.isNull ? nil : UnsafePointer(start.assumingMemoryBound(to: CChar.self)))
            lengths.append(Int32(writer.position - start))
            formats.append(1)
        }
    }

    /// Lends the arrays for `PQexecPrepared` and its like.
    func lend<Result>(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
    ) -> Result {
        values.withUnsafeBufferPointer { values in
            lengths.withUnsafeBufferPointer { lengths in
                formats.withUnsafeBufferPointer { formats in
                    body(Int32(values.count), values.baseAddress, lengths.baseAddress, formats.baseAddress)
                }
            }
        }
    }

    private mutating func clear() {
        types.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
    }

    private mutating func makeRoom(for size: Int) {
        guard size > capacity || capacity > Self.kept else { return }
        bytes.deallocate()
        capacity = max(size, 4096)
        bytes = .allocate(byteCount: capacity, alignment: 8)
    }
}
