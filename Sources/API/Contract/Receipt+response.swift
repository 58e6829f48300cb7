import Commands
import EventSourcing
import EventStore
import FoundationEssentials
import Hummingbird
import Wire

extension Response {
    /// `value` as JSON.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        bytes(encoded(value), type: "application/json", status: status, headers: headers)
    }

    /// Objects, each JSON already, as `{"items": […]}`.
    static func list(_ objects: [[UInt8]], headers: HTTPFields) -> Response {
        var text = Array("{\"items\":[".utf8)
        text.append(contentsOf: objects.joined(separator: [UInt8(ascii: ",")]))
        text.append(contentsOf: Array("]}".utf8))
        return bytes(text, type: "application/json", headers: headers)
    }

    static func bytes(
        _ bytes: [UInt8],
        type: String,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// The receipt of a write: where the resource is, which version it has now.
    static func receipt(_ recorded: RecordedWrite, at path: String, status: HTTPResponse.Status = .ok) -> Response {
        let receipt = Receipt(id: String(recorded.resource.id), version: recorded.version, position: recorded.position)
        return .json(receipt, status: status, headers: recorded.headers(at: path))
    }
}

extension RecordedWrite {
    /// The version that the resource has now, and where it is.
    func headers(at path: String) -> HTTPFields {
        [.eTag: "\"\(version)\"", .location: path.replacing("{id}", with: String(resource.id))]
    }
}
