import Recruiting

/// By which way a viewer came and from where, as far as they said, in four bytes: each of very many viewers keeps one.
struct Arrival: Hashable, Sendable {
    /// The region's number above eight bits for the channel, which is its place among all from 1 on; 0 for either stands for none.
    let code: UInt32

    init(code: UInt32) { self.code = code }

    init(_ channel: EntryChannel? = nil, from region: Region? = nil) {
        let place = channel.flatMap(EntryChannel.allCases.firstIndex).map { UInt32($0) + 1 } ?? 0
        code = (region?.number ?? 0) << 8 | place
    }

    var channel: EntryChannel? {
        let place = Int(code & 0xFF)
        return place > 0 ? EntryChannel.allCases[place - 1] : nil
    }

    var region: Region? { code >> 8 > 0 ? try? Region("\(code >> 8)") : nil }
}
