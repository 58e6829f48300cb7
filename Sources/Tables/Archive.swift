import CZip

/// The parts of a workbook's ZIP file, unpacked as they are read, by libzip.
final class Archive {
    private let zip: OpaquePointer
    /// What libzip reads from, for as long as it is open.
    private let bytes: UnsafeMutableRawBufferPointer
    /// Bytes that may still be unpacked, of all parts together.
    private var left: Int
    private let limit: Int

    /// Parts of a workbook: some dozens are usual.
    private static let partsLimit = 10_000

    init(_ content: [UInt8], unpacking limit: Int) throws(TableFault) {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: 1)
        bytes.copyBytes(from: content)
        guard let zip = Self.open(bytes) else {
            bytes.deallocate()
            throw .damaged(part: "zip")
        }
        self.zip = zip
        self.bytes = bytes
        self.limit = limit
        left = limit
        guard zip_get_num_entries(zip, 0) <= Self.partsLimit else { throw .damaged(part: "zip") }
    }

    deinit {
        zip_discard(zip)
        bytes.deallocate()
    }

    private static func open(_ bytes: UnsafeMutableRawBufferPointer) -> OpaquePointer? {
        guard let source = zip_source_buffer_create(bytes.baseAddress, zip_uint64_t(bytes.count), 0, nil) else { return nil }
        guard let zip = zip_open_from_source(source, ZIP_RDONLY, nil) else {
            zip_source_free(source)
            return nil
        }
        return zip
    }

    func has(_ part: String) -> Bool { zip_name_locate(zip, part, zip_flags_t(ZIP_FL_NOCASE)) >= 0 }

    /// Unpacks a part piece by piece.
    /// - Parameter body: fills and takes in a piece: given how to read into a buffer, which gives 0 at the end.
    func read(_ part: String, _ body: (_ next: (UnsafeMutableRawBufferPointer) throws -> Int) throws -> Void) throws {
        let index = zip_name_locate(zip, part, zip_flags_t(ZIP_FL_NOCASE))
        guard index >= 0, let file = zip_fopen_index(zip, zip_uint64_t(index), 0) else { throw TableFault.damaged(part: part) }
        defer { zip_fclose(file) }
        try body { room in
            let count = zip_fread(file, room.baseAddress, zip_uint64_t(room.count))
            guard count >= 0 else { throw TableFault.damaged(part: part) }
            left -= Int(count)
            guard left >= 0 else { throw TableFault.muchText(limit: limit) }
            return Int(count)
        }
    }
}
