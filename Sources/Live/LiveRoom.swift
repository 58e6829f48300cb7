import EventSourcing
import EventStore
import Fanout
import NIOCore
import ReadModels
import Recruiting
import Wire

/// What the viewers of one session have before them: the room as the log tells it and the counters, and when each last changed.
struct LiveRoom: Sendable {
    var fold = RoomFold()
    var counters: SessionCounters
    /// The first and the last event since the counters were last read that may have changed them.
    var changed: ClosedRange<LogPosition>?
    var countersSentAt: ContinuousClock.Instant
    var usedAt: ContinuousClock.Instant
    /// The document of those who asked last, for the next ones.
    var document: RoomDocument?

    func hello(_ mode: HelloFrame.Mode, of session: SessionID, epoch: String, limits: Limits) -> HelloFrame {
        HelloFrame(
            session: session,
            epoch: epoch,
            p: fold.last,
            tick: Int(LiveRooms.tick.milliseconds),
            ping: Int(limits.pingAfter.nanoseconds / 1_000_000) + 1_000,
            retry: [Int(limits.retry.lowerBound), Int(limits.retry.upperBound)],
            mode: mode,
            state: mode == .snapshot ? fold.state : nil,
            counters: Counters(counters)
        )
    }
}

/// A room's state for those who ask over HTTP.
package struct RoomDocument: Sendable {
    /// The session's title.
    package let title: String
    /// Epoch, position and the counters' position: the same on every node.
    package let tag: String
    /// A `hello` frame in mode `snapshot`.
    package let bytes: [UInt8]
}
