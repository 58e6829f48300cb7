import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Pages

/// Which bytes of an answer a client needs: none where it has them already, and compressed ones where it takes these.
extension Request {
    /// Whether the client has what `tag`, an entity tag, stands for.
    func knows(_ tag: String) -> Bool {
        // A comparison of tags for GET is weak (RFC 9110 §13.1.2): a proxy that compresses makes them so.
        func strong(_ tag: String) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...] }
        let known = headers[.ifNoneMatch]?.split(separator: ",").map { $0.filter { $0 != " " } } ?? []
        return known.contains { $0 == "*" || strong($0) == strong(tag) }
    }

    /// Whether a person's browser asks for something to show; a script of a page asks for any type, or for JSON.
    var isFromAddressBar: Bool { headers[.accept]?.contains("text/html") ?? false }

    /// Whether the client takes gzip (RFC 9110 §12.5.3).
    var takesGzip: Bool {
        let codings = (headers[.acceptEncoding] ?? "").lowercased().split(separator: ",").map { coding in
            let parts = coding.filter { !$0.isWhitespace }.split(separator: ";")
            return (name: parts.first ?? "", isTaken: !parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 })
        }
        return (codings.first { $0.name == "gzip" } ?? codings.first { $0.name == "*" })?.isTaken ?? false
    }
}

extension Response {
    /// Bytes below which compressing gains less than a packet.
    private static let least = 1024

    /// The same with its text compressed, where the client takes that and it is worth it.
    ///
    /// An answer with a strong entity tag stays as it is: the tag is that of its bytes, and writes are made on the condition of it.
    func compressed(for request: Request) async throws -> Response {
        let isText = headers[.contentType].map { type in ["application/json", "application/yaml", "text/"].contains { type.hasPrefix($0) } }
        guard status == .ok, request.method == .get || request.method == .head, isText == true, headers[.contentEncoding] == nil,
            headers[.eTag]?.hasPrefix("\"") != true, body.contentLength ?? 0 >= Self.least
        else { return self }
        var response = self
        response.headers[.vary] = "Accept-Encoding"
        guard request.takesGzip else { return response }
        let collected = Collected()
        try await body.write(collected)
        guard let bytes = gzipped(Array(buffer: collected.buffer), effort: 5) else { return response }
        response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        response.headers[.contentEncoding] = "gzip"
        response.headers[.contentLength] = String(bytes.count)
        return response
    }
}

/// Collects what a body writes.
private final class Collected: ResponseBodyWriter {
    private(set) var buffer = ByteBuffer()

    func write(_ buffer: ByteBuffer) { self.buffer.writeImmutableBuffer(buffer) }

    func finish(_: HTTPFields?) {}
}
