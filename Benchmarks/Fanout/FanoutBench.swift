import ArgumentParser
import Foundation
import NIOCore

/// Measures the fan-out over real sockets beside a C program that does nothing but send(2), in the same run.
///
/// Server on core 0, client on core 1. Prints `name value unit` lines: `jobcast.…`, `limit.…` and `ratio.…` (jobcast to limit), medians of
/// the rounds, which are interleaved. Only the ratios mean something on a shared machine.
@main
struct FanoutBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "jobcast-bench-fanout")

    @Flag(help: "One short round: about a minute.")
    var quick = false

    @Option(help: "Rounds; figures are their medians.")
    var rounds = 3

    @Option(help: "Seconds of each work.")
    var seconds = 5

    @Option(help: "Numbers of connections, comma-separated.")
    var connections = "1000,10000"

    @Flag(help: "Only serve: prints the ports for viewers and for what is published, a line each, and runs until it is ended.")
    var serve = false

    @Option(help: "With --serve, the port for viewers; 0 takes a free one.")
    var port = 0

    @Option(help: "With --serve, the port for what is published.")
    var controlPort = 0

    @Option(help: "With --serve, seconds after which a viewer who doesn't keep up is sent away.")
    var behind: Int64 = 15

    func run() async throws {
        if serve { return try await FanoutServer.run(port: port, controlPort: controlPort, behind: .seconds(behind)) }
        var figures: [String: [Double]] = [:]
        for _ in 0..<(quick ? 1 : rounds) {
            for count in counts {
                for subject in [Subject.limit, .jobcast] {
                    var works = ["single", "bundled10", "paced"]
                    // The C program has no rooms to close and no policy for those who stop.
                    if subject == .jobcast, count == counts.max() { works += ["stopped", "left", "reset", "closed"] }
                    let round = Round(subject: subject, connections: count, seconds: quick ? 2 : seconds, works: works)
                    for (name, value) in try round.run() { figures["\(subject).\(name)", default: []].append(value) }
                }
            }
        }
        report(figures.mapValues { $0.sorted()[$0.count / 2] })
    }

    private var counts: [Int] { connections.split(separator: ",").compactMap { Int($0) } }

    /// What is measured once, while connections come, is named without their number: that of the largest run.
    private func plain(_ figures: [String: Double]) -> [String: Double] {
        let largest = counts.max() ?? 0
        var plain: [String: Double] = [:]
        for (name, value) in figures {
            if !name.contains("handshakes_per_s.") && !name.contains("rss_per_viewer.") { plain[name] = value }
            if let stem = name.range(of: ".\(largest)"), stem.upperBound == name.endIndex {
                plain[String(name[..<stem.lowerBound])] = value
            }
        }
        return plain
    }

    private func report(_ all: [String: Double]) {
        let figures = plain(all)
        for (name, value) in figures.sorted(by: { $0.key < $1.key }) { print(name, number(value), unit(name)) }
        for (name, value) in figures.sorted(by: { $0.key < $1.key }) where name.hasPrefix("jobcast.") {
            let what = name.dropFirst("jobcast.".count)
            if let limit = figures["limit.\(what)"], limit > 0, !what.hasSuffix("_share"), !what.hasPrefix("rss") {
                print("ratio.\(what)", number(value / limit), "x")
            }
            if what.hasPrefix("stopped."), what.hasSuffix("_ms"), let without = figures[name.replacing("stopped", with: "paced")] {
                print("ratio.\(what).to_paced", number(value / without), "x")
            }
        }
    }

    private func number(_ value: Double) -> String { String(format: value >= 1000 ? "%.0f" : "%.3f", value) }

    private func unit(_ name: String) -> String {
        let units = ["_per_s": "/s", "_per_million": "s", "_ms": "ms", "rss_per_viewer": "bytes", "rss_growth": "bytes", "_share": "share"]
        return units.first { name.contains($0.key) }?.value ?? ""
    }
}

enum Subject: String { case limit, jobcast }

/// One server and all works on it with one number of connections.
private struct Round {
    let subject: Subject
    let connections: Int
    let seconds: Int
    let works: [String]

    func run() throws -> [(String, Double)] {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let server =
            subject == .limit
            ? [folder.appendingPathComponent("jobcast-fanout-limit").path]
            : [folder.appendingPathComponent("jobcast-bench-fanout").path, "--serve"]
        let (process, output) = try start(server, core: 0)
        // Children of a process that runs Swift tasks inherit a mask that holds back SIGTERM.
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let ports = String(decoding: output.availableData, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        guard ports.count == 2 else { throw ValidationError("the \(subject) server gave no ports") }
        let load = folder.appendingPathComponent("jobcast-fanout-load").path
        let hello = subject == .jobcast ? "1" : "0"
        let (client, lines) = try start(
            [load, ports[0], ports[1], "\(process.processIdentifier)", "\(connections)", "\(seconds)", hello] + works,
            core: 1
        )
        let text = String(decoding: lines.readDataToEndOfFile(), as: UTF8.self)
        client.waitUntilExit()
        guard client.terminationStatus == 0 else { throw ValidationError("the load failed against \(subject)") }
        return text.split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            return (String(words[0]), Double(words[1]) ?? .nan)
        }
    }

    private func start(_ command: [String], core: Int) throws -> (Process, FileHandle) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["taskset", "-c", "\(core)"] + command
        process.standardOutput = pipe
        try process.run()
        return (process, pipe.fileHandleForReading)
    }
}
