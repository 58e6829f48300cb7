import CNIOLinux
import Fanout
import HTTPTypes
import NIOCore
import NIOHTTP1
import SwiftGlibc

/// The proxies whose word on where a client comes from is believed.
///
/// From those, `Forwarded` (RFC 7239) or `X-Forwarded-For` is read from its end, which the nearest proxy wrote, to the first address that is
/// no proxy's. Anybody can send these headers; from others they mean nothing.
package struct Proxies: Sendable {
    /// Neither an address nor a block of addresses (RFC 4632 §3.1, RFC 4291 §2.3).
    package struct Unreadable: Error {
        package let text: String
    }

    private struct Block: Sendable {
        let first: NetworkAddress
        let mask: UInt128

        func contains(_ address: NetworkAddress) -> Bool { address.bits & mask == first.bits & mask }
    }

    private let blocks: [Block]

    package init() { blocks = [] }

    package init(_ texts: [String]) throws(Unreadable) {
        var blocks: [Block] = []
        for text in texts {
            guard let block = Self.block(text) else { throw Unreadable(text: text) }
            blocks.append(block)
        }
        self.blocks = blocks
    }

    private static func block(_ text: String) -> Block? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = NetworkAddress(parts[0]) else { return nil }
        guard parts.count == 2 else { return Block(first: first, mask: .max) }
        // An IPv4 address is the last 32 bits of one of 128.
        let width = parts[0].contains(":") ? 128 : 32
        guard parts[1].allSatisfy(\.isWholeNumber), let length = Int(parts[1]), length <= width else { return nil }
        return Block(first: first, mask: ~((UInt128.max >> (128 - width)) >> length))
    }

    /// Where the client of a request comes from, as far as it can be known: what no trusted proxy vouches for is left out.
    func client(_ headers: HTTPHeaders, peer: SocketAddress?) -> ClientAddress {
        // Clients on a Unix socket count as one.
        guard let peer = peer.flatMap({ NetworkAddress($0) }) else { return ClientAddress(v4: 0) }
        guard trust(peer) else { return peer.client }
        let ways = [headers["forwarded"].flatMap(Self.hops), headers[canonicalForm: "x-forwarded-for"].map { NetworkAddress(node: $0) }]
        let clients = ways.filter { !$0.isEmpty }.map { follow($0, from: peer) }
        // A proxy that writes one of the two hands the other on as the client sent it, and which it wrote can't be seen.
        guard let client = clients.first, clients.allSatisfy({ $0 == client }) else { return peer.client }
        return client.client
    }

    /// The same of a request that has come to the router.
    func client(_ fields: HTTPFields, peer: SocketAddress?) -> ClientAddress {
        let ways = ["Forwarded", "X-Forwarded-For"].flatMap { name in fields[values: HTTPField.Name(name)!].map { (name, $0) } }
        return client(HTTPHeaders(ways), peer: peer)
    }

    /// Where a connection comes from; nil if that is a trusted proxy, or can't be told.
    func stranger(_ peer: SocketAddress?) -> ClientAddress? {
        guard let peer = peer.flatMap({ NetworkAddress($0) }), !trust(peer) else { return nil }
        return peer.client
    }

    private func follow(_ hops: [NetworkAddress?], from peer: NetworkAddress) -> NetworkAddress {
        var client = peer
        for hop in hops.reversed() {
            guard trust(client), let hop else { break }
            client = hop
        }
        return client
    }

    private func trust(_ address: NetworkAddress) -> Bool { blocks.contains { $0.contains(address) } }

    /// Who asked each of the proxies in one field of `Forwarded`: nil for who isn't told, or not in a way that can be read.
    private static func hops(_ field: String) -> [NetworkAddress?] {
        var hops: [NetworkAddress?] = []
        var rest = field[...]
        repeat {
            var asker: NetworkAddress?
            for pair in pieces(of: &rest) {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].lowercased() == "for" else { continue }
                asker = NetworkAddress(node: parts[1].filter { $0 != "\"" && $0 != "\\" }[...])
            }
            hops.append(asker)
        } while rest.popFirst() != nil
        return hops
    }

    /// Takes one element off: up to the first comma outside quotation marks, in the pieces between semicolons.
    private static func pieces(of rest: inout Substring) -> [Substring] {
        var pieces = [rest.startIndex]
        var ends: [Substring.Index] = []
        var (isQuoted, isEscaped) = (false, false)
        var index = rest.startIndex
        while index < rest.endIndex, isQuoted || rest[index] != "," {
            switch rest[index] {
            case _ where isEscaped: isEscaped = false
            case "\\" where isQuoted: isEscaped = true
            case "\"": isQuoted.toggle()
            case ";" where !isQuoted:
                ends.append(index)
                pieces.append(rest.index(after: index))
            default: break
            }
            index = rest.index(after: index)
        }
        defer { rest = rest[index...] }
        // What is quoted without an end may have swallowed what a proxy added.
        guard !isQuoted else { return [] }
        return zip(pieces, ends + [index]).map { rest[$0..<$1].trimmingSpaces() }
    }
}

/// An IP address; one of IPv4 is the IPv6 address that stands for it (RFC 4291 §2.5.5.2).
struct NetworkAddress: Hashable, Sendable {
    let bits: UInt128

    private static let ofIPv4: UInt128 = 0xFFFF_0000_0000

    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let address): bits = Self.ofIPv4 | UInt128(address.address.sin_addr.s_addr.bigEndian)
        case .v6(let address):
            bits = withUnsafeBytes(of: address.address.sin6_addr) { $0.reduce(0) { $0 << 8 | UInt128($1) } }
        case .unixDomainSocket: return nil
        }
    }

    init?(_ text: some StringProtocol) {
        guard let address = try? SocketAddress(ipAddress: String(text), port: 0) else { return nil }
        self.init(address)
    }

    /// The address as a proxy names it: with a port or without, IPv6 in brackets where it has one (RFC 7239 §6).
    init?(node: Substring) {
        let node = node.trimmingSpaces()
        if node.first == "[" {
            guard let end = node.firstIndex(of: "]") else { return nil }
            self.init(node[node.index(after: node.startIndex)..<end])
        } else if node.count(where: { $0 == ":" }) == 1 {
            self.init(node.prefix { $0 != ":" })
        } else {
            self.init(node)
        }
    }

    var client: ClientAddress {
        if bits >> 32 == Self.ofIPv4 >> 32 { return ClientAddress(v4: UInt32(truncatingIfNeeded: bits)) }
        return ClientAddress(v6: withUnsafeBytes(of: bits.bigEndian) { Array($0) })
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...last]
    }
}
