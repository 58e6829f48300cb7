package import NIOCore

/// What a hub allows. Times are checked every second, so each may be exceeded by one.
package struct Limits: Sendable {
    /// Viewers' connections, joined or not.
    package var connections = 100_000
    /// Connections from one address; high because a school or an operator's gateway is one address.
    package var connectionsPerAddress = 20_000
    /// The longest message from a viewer, in bytes: a token is the longest there is.
    package var message: UInt32 = 4_096
    /// Frames of a viewer within one second, control frames too; one more closes 1008.
    package var framesPerSecond: UInt16 = 10
    /// Bytes of a viewer within one second; one more closes 1008.
    package var bytesPerSecond: UInt32 = 16_384
    /// The longest time from the upgrade to the joining message.
    package var joinWithin = TimeAmount.seconds(5)
    /// Quiet time after which a viewer is pinged; any byte from it counts as a sign of life.
    package var pingAfter = TimeAmount.seconds(24)
    /// Quiet time after which a viewer is taken for gone: with the check's second, half-open peers leave within 35 s.
    package var silence = TimeAmount.seconds(33)
    /// How long a viewer's socket may hold back what is due before 4008.
    package var behind = TimeAmount.seconds(15)
    /// The time after a Close frame until the connection is cut.
    package var closeWithin = TimeAmount.seconds(2)
    /// Counters are sent again after this long without any, so that a client can tell a dead link from a quiet room.
    package var heartbeat = TimeAmount.seconds(10)
    /// Ordered frames a room keeps for viewers who are behind or come back.
    package var ringFrames = 512
    /// Bytes of those frames.
    package var ringBytes = 256 * 1024
    /// The most bytes one catching-up write carries, so that what NIO holds for a viewer is bounded (a longer frame goes alone).
    package var bundleBytes = 64 * 1024
    /// The time in which viewers are told to come back, in milliseconds, unless a drain says otherwise.
    package var retry: ClosedRange<UInt32> = 500...8_000

    package init() {}
}
