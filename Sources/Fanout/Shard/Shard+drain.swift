import NIOCore

/// The end: everybody is sent away, in batches.
extension Shard {
    struct Drain {
        let ends: Moment
        var promises: [EventLoopPromise<Void>]
    }

    private static let drainInterval = TimeAmount.milliseconds(250)

    func beginDrain(_ duration: TimeAmount, _ promise: EventLoopPromise<Void>) {
        guard connections > 0 else { return promise.succeed() }
        guard drain == nil else { return drain!.promises.append(promise) }
        drain = Drain(ends: now + duration, promises: [promise])
        for viewer in unseated { sendAwaySoon(viewer, .restart(limits.retry)) }
        drainBatch()
    }

    /// Sends away so many that all are gone at the drain's end.
    private func drainBatch() {
        guard let drain else { return }
        readClock()
        let left = Int64(drain.ends.tenths) - Int64(now.tenths)
        let batches = max(1, Int(left * 100_000_000 / Self.drainInterval.nanoseconds))
        let seated = rooms.values.reduce(0) { $0 + $1.outlets.count }
        let window = limits.retry.lowerBound...max(limits.retry.upperBound, UInt32(clamping: left * 100))
        let farewell = Farewell.restart(window)
        let wire = ByteBuffer(bytes: farewell.wire)
        var batch = (seated + batches - 1) / batches
        for room in rooms.values where batch > 0 {
            for outlet in room.outlets.suffix(batch) { departures.append((outlet.viewer, farewell, wire)) }
            batch -= min(batch, room.outlets.count)
        }
        stepSoon()
        if connections > 0 { loop.assumeIsolated().scheduleTask(in: Self.drainInterval) { self.drainBatch() } }
    }
}
