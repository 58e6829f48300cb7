import CCurl
import Synchronization

/// One request, and what of its answer has come.
final class Transfer {
    let call: Call
    let easy: UnsafeMutableRawPointer
    private var lines: UnsafeMutablePointer<curl_slist>?
    private var headBytes = 0
    private var headers: [(name: String, value: String)] = []
    private var body: [UInt8] = []
    private var isTooLarge = false

    var isUnwanted: Bool { call.cancellation.isWanted.load(ordering: .acquiring) }

    init(_ call: Call) throws(HTTPFailure) {
        guard call.query.url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .unsendable("the address is not in ASCII") }
        for (name, value) in call.query.headers where !(name + value).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) {
            throw .unsendable("a header has control characters")
        }
        guard let easy = curl_easy_init() else { throw .unsendable("libcurl has no memory") }
        (self.call, self.easy) = (call, easy)
        // With nothing after the colon it is left out, as no server's leave to send a body is waited for.
        lines = curl_slist_append(nil, "Expect:")
        for (name, value) in call.query.headers { lines = curl_slist_append(lines, "\(name): \(value)") }
        prepare()
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(lines)
    }

    private func prepare() {
        curl_set_text(easy, CURLOPT_URL, call.query.url)
        curl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        curl_set_long(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        curl_set_text(easy, CURLOPT_PROXY, "")
        curl_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        curl_set_long(easy, CURLOPT_HTTP09_ALLOWED, 0)
        curl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        curl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        curl_set_long(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // A look-up of a name under way is left to itself, not waited for, when its request ends.
        curl_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, call.limits.connect.milliseconds)
        curl_set_long(easy, CURLOPT_TIMEOUT_MS, call.limits.whole.milliseconds)
        curl_set_text(easy, CURLOPT_USERAGENT, "jobcast")
        if case .post(let bytes) = call.query.method {
            curl_set_long(easy, CURLOPT_POST, 1)
            curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
            // Which copies them.
            bytes.withUnsafeBytes { _ = curl_set_bytes(easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress ?? UnsafeRawPointer(easy)) }
        }
        curl_set_pointer(easy, CURLOPT_HTTPHEADER, lines)
        hear()
    }

    /// The transfer outlives the handle, which is cleaned up with it.
    private func hear() {
        let own = Unmanaged.passUnretained(self).toOpaque()
        curl_set_pointer(easy, CURLOPT_HEADERDATA, own)
        curl_set_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, _, count, own in Transfer.hear(bytes, count, own) { $0.hearLine($1) } }
        curl_set_pointer(easy, CURLOPT_WRITEDATA, own)
        curl_set_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, _, count, own in Transfer.hear(bytes, count, own) { $0.hearBody($1) } }
    }

    /// - Returns: the bytes that were taken; fewer than came end the transfer. libcurl says in the second number how many there are.
    private static func hear(
        _ bytes: UnsafeMutablePointer<CChar>?,
        _ count: Int,
        _ own: UnsafeMutableRawPointer?,
        _ hear: (Transfer, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let own else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(own).takeUnretainedValue()
        guard hear(transfer, UnsafeRawBufferPointer(start: bytes, count: count)) else {
            transfer.isTooLarge = true
            return count == 0 ? 1 : 0
        }
        return count
    }

    /// A line of the head, also of an answer that only announces another (RFC 9110 §15.2), which begins anew.
    private func hearLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        headBytes += bytes.count
        guard headBytes <= call.limits.head else { return false }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            headers = []
        } else if let colon = line.firstIndex(of: ":") {
            headers.append((line[..<colon].lowercased(), String(line[line.index(after: colon)...].trimmed)))
        }
        return true
    }

    private func hearBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= call.limits.body else { return false }
        body += bytes
        return true
    }

    /// What came of it, once it has ended with `code`.
    func outcome(_ code: CURLcode) -> Result<HTTPAnswer, any Error> {
        if isTooLarge { return .failure(HTTPFailure.tooLarge) }
        guard code == CURLE_OK else { return .failure(HTTPFailure(code, isSent: number(CURLINFO_REQUEST_SIZE) > 0)) }
        let status = number(CURLINFO_RESPONSE_CODE)
        guard (200...999).contains(status) else { return .failure(HTTPFailure.broken("its status is \(status)")) }
        return .success(HTTPAnswer(status: status, headers: headers, body: body))
    }

    private func number(_ name: CURLINFO) -> Int {
        var value = 0
        curl_get_long(easy, name, &value)
        return value
    }
}

extension HTTPFailure {
    /// What libcurl says of an answer by another protocol it says of an address, too: until the request is sent it is the latter.
    fileprivate init(_ code: CURLcode, isSent: Bool) {
        let detail = String(cString: curl_easy_strerror(code))
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: self = .unreachable(detail)
        case CURLE_OPERATION_TIMEDOUT: self = .tooSlow
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
            self = .untrusted(detail)
        case CURLE_UNSUPPORTED_PROTOCOL where !isSent, CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED: self = .unsendable(detail)
        default: self = .broken(detail)
        }
    }
}

extension Duration {
    /// For libcurl, to which 0 would mean no limit.
    fileprivate var milliseconds: Int { max(1, Int(self / .milliseconds(1))) }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
        var text = drop(while: blank)
        while let last = text.last, blank(last) { text.removeLast() }
        return text
    }
}
