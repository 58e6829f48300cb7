import Synchronization

/// The memory that files may take which are on their way in, all together: each is held whole before anything is done with it.
final class FileRoom: Sendable {
    /// More files come than there is room for.
    struct Full: Error {}

    /// A file's part of the room, until nobody holds it any more.
    final class Part: Sendable {
        private let room: FileRoom
        private let bytes: Int

        fileprivate init(_ room: FileRoom, _ bytes: Int) {
            (self.room, self.bytes) = (room, bytes)
        }

        deinit { room.taken.withLock { $0 -= bytes } }
    }

    private let limit: Int
    private let taken = Mutex(0)

    /// - Parameter limit: in bytes; eight of the largest files have room in what is usual.
    init(limit: Int = 8 << 24) {
        self.limit = limit
    }

    /// - Throws: ``Full``.
    func take(_ bytes: Int) throws(Full) -> Part {
        let hasRoom = taken.withLock { taken in
            guard taken + bytes <= limit else { return false }
            taken += bytes
            return true
        }
        guard hasRoom else { throw Full() }
        return Part(self, bytes)
    }
}
