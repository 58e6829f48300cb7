import Foundation

/// A program of this package, built beside the tests, that runs until this value goes.
final class Program {
    private let process = Process()
    private let output = Pipe()
    private var buffered = Data()

    struct Ended: Error { let name: String }

    init(_ name: String, _ arguments: String...) throws {
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        process.executableURL = folder.appendingPathComponent(name)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
    }

    deinit {
        process.terminate()
        send(SIGKILL)
        process.waitUntilExit()
    }

    var id: pid_t { process.processIdentifier }

    func send(_ signal: Int32) { kill(id, signal) }

    /// The next line it writes.
    func line() throws -> String {
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
    var resident: Int {
        let fields = (try? String(contentsOfFile: "/proc/\(id)/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
    }
}
