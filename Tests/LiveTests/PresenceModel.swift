import JSON
import Recruiting
import TestSupport

@testable import Live

/// Nodes, their database and their viewers in one room, in steps of simulated time: the states are those of the server, and what the
/// server does around them (connections, locks, batches under way) is played. Anything may be killed at any moment.
struct PresenceModel {
    static let session = SessionID("7f9f3c52-0000-4000-8000-000000000000")!
    private static let step = Duration.milliseconds(50)

    private struct Node {
        var presence: PresenceState
        var leases = LeaseState()
        var isAlive = true
        /// While it isn't, neither its batches nor its looks reach the database.
        var isConnected = true
        /// Of which its connection holds the lock.
        var lock: NodeID?
        var beatAt: Timestamp
        /// Taken from the state, and not in the log yet.
        var underWay: [(NodeID, Audience.Command)] = []
        var writeAt: Timestamp
    }

    private struct Viewer {
        let number: UInt64
        /// Where it is; nil when it is nowhere.
        var node: Int?
        var movesAt: Timestamp
        /// Of its absence: the longest time in which the database was there without a break.
        var longest = Duration.seconds(3600)
        var stretch = Duration.zero
        /// Whether its coming or leaving went down with a node, so that nobody can say since when it counts as away.
        var isForgotten = false
    }

    private var random: Seed
    private(set) var now = Timestamp(milliseconds: 1_800_000_000_000)
    private var nodes: [Node] = []
    private var viewers: [Viewer] = []
    private var isDatabaseUp = true
    private var databaseChangesAt: Timestamp
    /// The table of nodes, and the log: the versions of its streams, who is in by which of them, and their fold.
    private var table: Set<NodeID> = []
    private var versions: [NodeID: Int] = [:]
    /// The versions as each node knows them.
    private var own: [Int: [NodeID: Int]] = [:]
    private var inside: [NodeID: Set<Pseudonym>] = [:]
    private(set) var fold = Audience.initial
    /// What the documents promise of `entries`: a range, since absences of some ten seconds may be told either way.
    private(set) var promised = 0...0
    private(set) var faults: [String] = []
    private let cutsOff: Bool

    /// With `cutsOff`, single nodes lose the database while the others keep it.
    init(_ seed: Seed, cutsOff: Bool) {
        random = seed
        self.cutsOff = cutsOff
        databaseChangesAt = now.advanced(by: .seconds(20))
        for _ in 0..<3 { start() }
        for number in 1...10 { viewers.append(Viewer(number: UInt64(number), movesAt: now)) }
        for index in viewers.indices { viewers[index].movesAt = after(.seconds(0)...(.seconds(20))) }
    }

    var connected: Int { viewers.count { $0.node != nil } }
    /// Nodes that nobody has marked as gone and that don't live.
    var ghosts: Int { table.subtracting(nodes.filter(\.isAlive).map(\.presence.node)).count }

    mutating func run(for duration: Duration) {
        let end = now.advanced(by: duration)
        while now < end { advance(calm: false) }
    }

    /// Nothing is killed any more, and nobody moves.
    mutating func settle(for duration: Duration) {
        isDatabaseUp = true
        for index in nodes.indices { nodes[index].isConnected = true }
        let end = now.advanced(by: duration)
        while now < end { advance(calm: true) }
    }

    private mutating func advance(calm: Bool) {
        now = now.advanced(by: Self.step)
        if !calm { disturb() }
        for index in viewers.indices { move(index, calm: calm) }
        for index in nodes.indices where nodes[index].isAlive {
            write(index)
            if nodes[index].beatAt <= now { look(index) }
        }
    }

    private mutating func after(_ range: ClosedRange<Duration>) -> Timestamp {
        let milliseconds = Int.random(
            in: Int(range.lowerBound / .milliseconds(1))...Int(range.upperBound / .milliseconds(1)),
            using: &random
        )
        return now.advanced(by: .milliseconds(milliseconds))
    }

    private mutating func start() {
        nodes.append(Node(presence: PresenceState(node: NodeID(number: random.next()), name: "node"), beatAt: now, writeAt: now))
    }
}

// What goes wrong.
extension PresenceModel {
    private mutating func disturb() {
        if databaseChangesAt <= now {
            isDatabaseUp.toggle()
            if isDatabaseUp {
                databaseChangesAt = after(.seconds(1)...(.seconds(40)))
            } else {
                databaseChangesAt = after(.milliseconds(100)...(.seconds(15)))
                for index in nodes.indices { nodes[index].lock = nil }
            }
        }
        guard random.once(in: 400) else { return }
        let index = Int.random(in: 1..<nodes.count, using: &random)
        if nodes[index].isAlive, random.once(in: 2) {
            kill(index)
            start()
        } else if cutsOff, nodes[index].isAlive {
            nodes[index].isConnected.toggle()
            nodes[index].lock = nil
        }
    }

    /// The first one lives: somebody must look at the leases.
    private mutating func kill(_ index: Int) {
        nodes[index].isAlive = false
        nodes[index].lock = nil
        // What it had not written yet is forgotten with it.
        nodes[index].presence.enrolled()
        let unwritten = nodes[index].underWay.map(\.1) + nodes[index].presence.due(at: now, isLast: true)
        let forgotten = unwritten.reduce(0) { $0 + $1.entering }
        promised = max(0, promised.lowerBound - forgotten)...promised.upperBound
        // So are comings and leavings of which the log doesn't know, also of those who have been elsewhere since.
        let standing = inside[nodes[index].presence.node] ?? []
        for viewer in viewers.indices {
            let isHere = viewers[viewer].node == index
            if standing.contains(Pseudonym(number: viewers[viewer].number)) != isHere { viewers[viewer].isForgotten = true }
            if isHere { disconnect(viewer) }
        }
    }
}

extension Audience.Command {
    fileprivate var entering: Int {
        switch self {
        case .record(let observations, _, _, _): observations.count { $0.kind == .entered }
        case .summarise: 0
        }
    }
}

// Viewers.
extension PresenceModel {
    private mutating func move(_ index: Int, calm: Bool) {
        guard viewers[index].node == nil else {
            if !calm, viewers[index].movesAt <= now {
                nodes[viewers[index].node!].presence.left(Self.session, viewers[index].number, at: now)
                disconnect(index)
            }
            return
        }
        viewers[index].stretch = isDatabaseUp ? viewers[index].stretch + Self.step : .zero
        viewers[index].longest = max(viewers[index].longest, viewers[index].stretch)
        if !calm, viewers[index].movesAt <= now { connect(index) }
    }

    private mutating func connect(_ index: Int) {
        let node = nodes.indices.filter { nodes[$0].isAlive }.randomElement(using: &random)!
        nodes[node].presence.joined(Self.session, viewers[index].number, at: now)
        viewers[index].node = node
        defer { viewers[index].isForgotten = false }
        viewers[index].movesAt = after(.milliseconds(50)...(.seconds(30)))
        let isSurelyNew = viewers[index].longest >= .seconds(17) && !viewers[index].isForgotten
        let isPerhapsNew = viewers[index].longest > PresenceState.grace || viewers[index].isForgotten
        promised = (promised.lowerBound + (isSurelyNew ? 1 : 0))...(promised.upperBound + (isPerhapsNew || cutsOff ? 1 : 0))
    }

    private mutating func disconnect(_ index: Int) {
        viewers[index].node = nil
        (viewers[index].stretch, viewers[index].longest) = (.zero, .zero)
        viewers[index].movesAt = random.once(in: 3) ? after(.seconds(17)...(.seconds(25))) : after(.milliseconds(50)...(.seconds(9)))
    }
}

// What a server does around its states.
extension PresenceModel {
    private func reaches(_ index: Int) -> Bool { isDatabaseUp && nodes[index].isConnected }

    private mutating func write(_ index: Int) {
        if nodes[index].underWay.isEmpty {
            let node = nodes[index].presence.node
            nodes[index].underWay = nodes[index].presence.due(at: now).map { (node, $0) }
            if nodes[index].underWay.isEmpty { return }
            nodes[index].writeAt = after(.zero...(.milliseconds(200)))
        }
        guard nodes[index].writeAt <= now else { return }
        guard reaches(index), nodes[index].presence.mayWrite else {
            nodes[index].writeAt = after(.milliseconds(50)...(.milliseconds(300)))
            return
        }
        for (node, command) in nodes[index].underWay {
            guard case .record(let observations, let session, _, _) = command else { continue }
            if !append(command, to: node, after: own[index, default: [:]][node, default: 0]) {
                nodes[index].presence.refused(observations, of: session, by: node)
            } else {
                own[index, default: [:]][node, default: 0] += 1
            }
        }
        nodes[index].underWay = []
    }

    private mutating func append(_ command: Audience.Command, to node: NodeID, after version: Int) -> Bool {
        guard versions[node, default: 0] == version else { return false }
        versions[node] = version + 1
        guard case .record(let observations, _, _, _) = command, let events = try? Audience.decide(command, fold) else { return false }
        for event in events { Audience.apply(event, to: &fold) }
        for observation in observations {
            let isNew = observation.kind == .entered
            let fits =
                isNew
                ? inside[node, default: []].insert(observation.viewer).inserted
                : inside[node, default: []].remove(observation.viewer) != nil
            if !fits { faults.append("\(observation.kind) of \(observation.viewer) doesn't fit on \(node)") }
        }
        return true
    }

    private mutating func look(_ index: Int) {
        nodes[index].beatAt = after(.milliseconds(1_000)...(.milliseconds(1_200)))
        guard reaches(index) else {
            nodes[index].leases.fellSilent()
            nodes[index].presence.logFellSilent()
            return
        }
        var own = nodes[index].presence.node
        let isEnrolled = nodes[index].presence.isEnrolled
        let isSameConnection = nodes[index].lock == own && table.contains(own) && !nodes[index].presence.isTakenForDead
        if nodes[index].presence.isTakenForDead || (!table.contains(own) && isEnrolled) {
            table.insert(own)
            own = NodeID(number: random.next())
            nodes[index].presence.renew(as: own, at: now)
        }
        if !isSameConnection {
            table.insert(own)
            nodes[index].lock = own
            nodes[index].presence.enrolled()
        }
        let held = Set(nodes.filter { $0.isAlive }.compactMap(\.lock))
        let dead = nodes[index].leases.answered(asked: now, at: now, isSameConnection: isSameConnection, free: table.subtracting(held))
        nodes[index].presence.logAnswered(nodes[index].leases.answers ?? now...now)
        for node in dead { markGone(node) }
    }

    private mutating func markGone(_ node: NodeID) {
        let left = (inside[node] ?? []).map { Observation(.left, $0, at: now) }
        table.remove(node)
        guard !left.isEmpty else { return }
        let command = Audience.Command.record(left, session: Self.session, node: "node", from: now)
        if !append(command, to: node, after: versions[node, default: 0]) { faults.append("\(node) can't be marked as gone") }
    }
}
