import Glibc
import NIOCore

/// What this process may open at once, and who gets how much of it.
enum Descriptors {
    /// Descriptors that connections leave free: for the database, for files, and for libdispatch, which ends the process when it can't open one in
    /// /proc (`_dispatch_workq_monitor_pools`; Swift 6.3, November 2026).
    private static let spare = 64

    /// The limit of open files, which may be changed while the process runs (prlimit(2)).
    private static var limit: Int {
        var limit = rlimit()
        guard getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// The most connections that are no viewers', in all and from one address: rooms always keep half of what there is, and one address
    /// leaves a third of the rest. At most as many as viewers from one address; an idle one takes some 10 KB.
    static var connections: (all: Int, perAddress: Int) {
        let all = min(max(32, (limit - spare) / 2), 30_000)
        return (all, all * 2 / 3)
    }

    /// The most connections of viewers, likewise: the other half, of which one address leaves a third.
    static var viewers: (all: Int, perAddress: Int) {
        let all = max(32, (limit - spare) / 2)
        return (all, max(32, all * 2 / 3))
    }

    /// Whether the channel leaves enough: the lowest free descriptor is given out first, so that a high one tells that few are left.
    static func areLeft(by channel: any Channel) -> Bool {
        let descriptor = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        return descriptor.map { Int($0) + spare < limit } ?? true
    }
}
