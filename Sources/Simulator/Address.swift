import FoundationEssentials

/// Where a Jobcast server listens: the host and port of an http:// URL.
package struct Address: Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int

    /// nil unless `url` is plain HTTP with a host and nothing after it.
    package init?(url: String) {
        guard let parsed = URL(string: url), parsed.scheme == "http", let host = parsed.host, ["", "/"].contains(parsed.path),
            (1...65_535).contains(parsed.port ?? 80)
        else { return nil }
        self.host = host.trimmingPrefixAndSuffix("[", "]")
        port = parsed.port ?? 80
    }

    package var description: String {
        "\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

extension String {
    fileprivate func trimmingPrefixAndSuffix(_ prefix: String, _ suffix: String) -> String {
        hasPrefix(prefix) && hasSuffix(suffix) ? String(dropFirst(prefix.count).dropLast(suffix.count)) : self
    }
}
