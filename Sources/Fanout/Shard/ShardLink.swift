import NIOCore
import Synchronization

/// What a shard is told from other threads.
enum ShardCommand: Sendable {
    case open(RoomID, head: Int64, Greeting)
    case publish(RoomID, [OrderedFrame], Greeting)
    case counters(RoomID, [UInt8])
    case close(RoomID, Farewell)
    case sendAway(ViewerID, RoomID, Farewell)
    case drain(TimeAmount, EventLoopPromise<Void>)
}

/// The way from any thread to the shard of one event loop: one hop, however many commands wait.
final class ShardLink: Sendable {
    private struct Inbox {
        var commands: [ShardCommand] = []
        var isHopUnderWay = false
    }

    let loop: any EventLoop
    let shard: NIOLoopBoundBox<Shard>
    let census: Census
    private let inbox = Mutex(Inbox())

    init(loop: any EventLoop, limits: Limits) {
        self.loop = loop
        let census = Census()
        self.census = census
        let shard = Shard(loop: loop, limits: limits, census: census)
        self.shard = NIOLoopBoundBox.makeBoxSendingValue(shard, eventLoop: loop)
    }

    func tell(_ command: ShardCommand) {
        let mustHop = inbox.withLock { inbox in
            inbox.commands.append(command)
            defer { inbox.isHopUnderWay = true }
            return !inbox.isHopUnderWay
        }
        if mustHop { loop.execute { self.arrive() } }
    }

    private func arrive() {
        let shard = shard.value
        inbox.withLock { inbox in
            inbox.isHopUnderWay = false
            swap(&inbox.commands, &shard.commands)
        }
        shard.applyCommands()
    }
}

/// How many viewers the rooms of one shard have, for other threads to read.
final class Census: Sendable {
    private struct Counts {
        var all = 0
        var byRoom: [RoomID: Int] = [:]
    }

    private let counts = Mutex(Counts())

    var all: Int { counts.withLock { $0.all } }

    func count(_ room: RoomID) -> Int { counts.withLock { $0.byRoom[room, default: 0] } }

    func change(_ room: RoomID, by difference: Int) {
        counts.withLock { counts in
            counts.all += difference
            let count = counts.byRoom[room, default: 0] + difference
            counts.byRoom[room] = count == 0 ? nil : count
        }
    }
}

/// Puts a new value in a place and gives the one that was there.
func exchange<Value>(_ place: inout Value, with value: consuming Value) -> Value {
    let old = place
    place = value
    return old
}
