import Glibc
import Postgres

/// A lock on a file (flock(2)) that the kernel gives back when this process ends, however it ends.
final class FileLock: Sendable {
    private let descriptor: Int32

    /// The file belongs to `account`, so that root and that user may follow each other.
    init(_ path: String, account: ServiceAccount) throws(PostgresError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cluster("can't open the lock \(path): \(String(cString: strerror(errno)))") }
        _ = fchown(descriptor, account.user, account.group)
    }

    deinit {
        close(descriptor)
    }

    /// Waits until nobody holds the lock exclusively.
    func share() {
        while flock(descriptor, LOCK_SH) == -1 && errno == EINTR {}
    }

    /// Waits until nobody else holds the lock.
    func own() {
        while flock(descriptor, LOCK_EX) == -1 && errno == EINTR {}
    }

    /// True when nobody else holds the lock; a share of ours is lost if somebody does.
    func ownIfFree() -> Bool {
        flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    func release() {
        _ = flock(descriptor, LOCK_UN)
    }
}
