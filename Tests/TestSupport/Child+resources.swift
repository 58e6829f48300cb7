import Foundation
import Glibc

/// What it uses, as proc(5) tells it.
extension Child {
    /// Bytes of memory it has (statm).
    package var resident: Int { Int(fields("statm")[1])! * sysconf(Int32(_SC_PAGESIZE)) }

    /// Time it has computed so far (stat), in steps of 10 ms.
    package var computed: Duration {
        let ticks = fields("stat")[13...14].reduce(0) { $0 + Int($1)! }
        return .milliseconds(ticks * 1000 / sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Files and sockets it has open.
    package var descriptors: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd").count) ?? 0 }

    /// How many files and sockets it may have open from now on (prlimit(1); the module Glibc leaves prlimit(2) out).
    package func limitDescriptors(to count: Int) throws {
        let status = try Child(["prlimit", "--pid", "\(id)", "--nofile=\(count):"]).wait()
        guard status == 0 else { throw Ended(name: "prlimit") }
    }

    private func fields(_ file: String) -> [Substring] {
        (try? String(contentsOfFile: "/proc/\(id)/\(file)", encoding: .utf8))?.split(whereSeparator: \.isWhitespace) ?? []
    }
}
