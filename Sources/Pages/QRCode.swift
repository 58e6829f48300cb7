import CQrencode

/// A text as a QR code (ISO/IEC 18004), which a telephone reads from the screen.
package struct QRCode: Sendable {
    /// Rows of modules, true for a dark one.
    package let modules: [[Bool]]

    /// Modules that stay light around the code (ISO/IEC 18004, 5.3.8), without which readers don't find it.
    private static let margin = 4

    /// No code holds the text: 2,331 bytes are the most at this level of correction.
    package struct Unencodable: Error {}

    package init(_ text: String) throws(Unencodable) {
        let bytes = Array(text.utf8)
        // Level M restores 15 % of the code: enough for a screen. Version 0 takes the smallest that holds the text.
        guard let code = QRcode_encodeData(Int32(bytes.count), bytes, 0, QR_ECLEVEL_M), let data = code.pointee.data else {
            throw Unencodable()
        }
        defer { QRcode_free(code) }
        let width = Int(code.pointee.width)
        // The lowest bit of a byte tells whether the module is dark (qrencode.h).
        modules = (0..<width).map { row in (0..<width).map { data[row * width + $0] & 1 == 1 } }
    }

    /// The code as an image, dark on light whatever the page's colours are.
    package var svg: String {
        let size = modules.count + 2 * Self.margin
        let path = modules.enumerated().flatMap { row, line in
            line.indices.filter { line[$0] }.map { "M\($0 + Self.margin) \(row + Self.margin)h1v1h-1z" }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size) \(size)" shape-rendering="crispEdges">\
            <path fill="#fff" d="M0 0h\(size)v\(size)h-\(size)z"/><path d="\(path.joined())"/></svg>
            """
    }
}
