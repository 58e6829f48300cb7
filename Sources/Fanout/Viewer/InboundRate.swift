import NIOCore

/// How much a viewer has sent in the second under way: the limit on what comes in.
struct InboundRate {
    private var ends = Moment(tenths: 0)
    /// The parser's count of frames when the second began.
    private var framesBefore: UInt32 = 0
    private var bytes: UInt32 = 0

    /// Whether a viewer may have sent `more` bytes and, over all its life, `frames` frames, which wrap.
    mutating func admits(bytes more: Int, frames: UInt32, at now: Moment, _ limits: Limits) -> Bool {
        if ends <= now { self = InboundRate(ends: now + .seconds(1), framesBefore: frames) }
        bytes += UInt32(clamping: more)
        return frames &- framesBefore <= UInt32(limits.framesPerSecond) && bytes <= limits.bytesPerSecond
    }
}
