import TestSupport

/// Texts of every form that JSON has, and texts broken in a few bytes.
struct JSONGenerator {
    private var random: Seed

    init(seed: UInt64) { random = Seed(seed) }

    private mutating func next(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    mutating func text() -> [UInt8] { Array(value(depth: 0).utf8) }

    mutating func broken(_ text: [UInt8]) -> [UInt8] {
        var text = text
        for _ in 0...next(2) {
            let place = next(text.count + 1)
            let byte = Array(#"{}[]",:\u01-+.eE tfn"#.utf8)[next(20)]
            switch next(3) {
            case 0 where place < text.count: text[place] = byte
            case 1 where place < text.count: text.remove(at: place)
            default: text.insert(byte, at: place)
            }
        }
        return text
    }

    /// The text with a few bytes of any value in it, cut off somewhere.
    mutating func odd(_ text: [UInt8]) -> [UInt8] {
        var text = broken(text)
        for _ in 0..<next(3) { text.insert(UInt8(next(256)), at: next(text.count + 1)) }
        if next(2) == 0 { text.removeLast(next(text.count + 1)) }
        return text
    }

    private mutating func value(depth: Int) -> String {
        switch next(depth > 4 ? 5 : 7) {
        case 0: ["null", "true", "false"][next(3)]
        case 1: "\(next(2_000_000) - 1_000_000)"
        case 2: ["0", "-0.5", "1.25e3", "1E+2", "12345678901234567890", "0.1", "-7e2"][next(7)]
        case 3, 4: string()
        case 5: "[" + space() + (0..<next(4)).map { _ in value(depth: depth + 1) + space() }.joined(separator: ",") + "]"
        default:
            "{" + space()
                + (0..<next(4)).map { "\"\($0)\(string().dropFirst())\(space()):\(space())\(value(depth: depth + 1))\(space())" }
                .joined(separator: ",") + "}"
        }
    }

    private mutating func space() -> String { ["", " ", "\n\t", "\r "][next(4)] }

    private mutating func string() -> String {
        let pieces = [
            "a", "数控技工", "é", "😀", #"\""#, #"\\"#, #"\/"#, #"\b\f\n\r\t"#, #"\u00e9"#, #"\uD83D\uDE00"#, #"\u5c97"#, " ", "{", "]",
        ]
        return "\"" + (0..<next(5)).map { _ in pieces[next(pieces.count)] }.joined() + "\""
    }
}
