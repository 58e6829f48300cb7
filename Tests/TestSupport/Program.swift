package import Foundation

/// A program of this package, built beside the tests, that runs until this value goes, or this process.
package final class Program {
    private let process = Process()
    private let output = Pipe()
    private var buffered = Data()
    private let watch: Watchdog

    package struct Ended: Error { let name: String }

    /// Starts it with `environment` added to this process's.
    package init(_ name: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        process.executableURL = folder.appendingPathComponent(name)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = output
        process.standardError = output
        try process.run()
        watch = try Watchdog(process: process.processIdentifier)
    }

    deinit {
        watch.end()
        process.waitUntilExit()
    }

    package var id: pid_t { process.processIdentifier }

    package func send(_ signal: Int32) { kill(id, signal) }

    /// The next line it writes, to standard output or standard error. Blocks the thread.
    package func line() throws -> String {
        while true {
            if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffered = Data(buffered[(end + 1)...]) }
                return String(decoding: buffered[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Ended(name: process.executableURL!.lastPathComponent) }
            buffered += more
        }
    }

    /// Bytes of memory it has (proc(5), statm).
    package var resident: Int { Int(fields("statm")[1])! * sysconf(Int32(_SC_PAGESIZE)) }

    /// Time it has computed so far (proc(5), stat), in steps of 10 ms.
    package var computed: Duration {
        let ticks = fields("stat")[13...14].reduce(0) { $0 + Int($1)! }
        return .milliseconds(ticks * 1000 / sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Files and sockets it has open.
    package var descriptors: Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd").count) ?? 0 }

    /// How many files and sockets it may have open from now on (prlimit(1); the module Glibc leaves prlimit(2) out).
    package func limitDescriptors(to count: Int) throws {
        let tool = try Process.run(URL(fileURLWithPath: "/usr/bin/prlimit"), arguments: ["--pid", "\(id)", "--nofile=\(count):"])
        tool.waitUntilExit()
        guard tool.terminationStatus == 0 else { throw Ended(name: "prlimit") }
    }

    private func fields(_ file: String) -> [Substring] {
        (try? String(contentsOfFile: "/proc/\(id)/\(file)", encoding: .utf8))?.split(whereSeparator: \.isWhitespace) ?? []
    }
}
