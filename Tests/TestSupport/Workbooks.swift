import Foundation

/// A workbook that Tests/workbooks.py makes.
package func workbook(_ name: String, _ arguments: String...) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try written([folder.appendingPathComponent("workbooks.py").path, name] + arguments)
}

/// What a program in Python writes.
package func python(_ program: String, _ arguments: String...) throws -> [UInt8] {
    try written(["-c", program] + arguments)
}

/// Debian's packages are for Debian's Python, whatever other comes first in PATH.
private func written(_ arguments: [String]) throws -> [UInt8] {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = arguments
    process.standardOutput = pipe
    try process.run()
    let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.featureUnsupported) }
    return Array(bytes)
}
