package import FoundationEssentials

/// Numbers at random that come again for the same seed. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
package struct Seed: RandomNumberGenerator {
    package let value: UInt64
    private var state: UInt64

    package init(_ value: UInt64) {
        self.value = value
        state = value
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// True once in `count` times.
    package mutating func once(in count: Int) -> Bool {
        Int.random(in: 0..<count, using: &self) == 0
    }

    package mutating func uuid() -> UUID {
        let (high, low) = (next(), next())
        return withUnsafeBytes(of: (high, low)) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    /// Other seeds in each run, so that runs add up; JOBCAST_SEED replays one, JOBCAST_SCHEDULES tries more.
    package static func schedules(_ count: Int) -> [Seed] {
        let environment = ProcessInfo.processInfo.environment
        if let one = environment["JOBCAST_SEED"].flatMap({ UInt64($0) }) { return [Seed(one)] }
        let base = UInt64.random(in: 0..<1 << 40)
        return (0..<UInt64(environment["JOBCAST_SCHEDULES"].flatMap { Int($0) } ?? count)).map { Seed(base + $0) }
    }

    /// What to say of a schedule that failed.
    package var replay: String { "JOBCAST_SEED=\(value) replays it" }
    /// The same of one whose clients were at it together: who comes first, no seed says.
    package var retry: String { "JOBCAST_SEED=\(value) tries the same appends again, whose order is another each time" }
}
