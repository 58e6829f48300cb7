import Access
import Foundation
import HTTPClient
import Testing

/// A browser at canaille: it keeps cookies, follows redirects there, and fills in the two forms.
final class ProviderBrowser {
    private let client = HTTPClient()
    private var cookies: [String: String] = [:]

    /// From the address that we send a browser to, to the one that the provider sends it back to.
    func signIn(at address: String, as name: String) async throws -> String {
        let host = try #require(URL(string: address)?.host())
        let login = try await follow(address, to: host)
        let password = try await fill(login, ["login": name], host)
        let back = try await fill(password, ["password": name + name], host)
        try #require(back.page == nil, "the provider's page: \(back.page ?? "")")
        return back.address
    }

    private typealias Place = (address: String, page: String?)

    /// Where redirects lead: to a page of the host, or away from it.
    private func follow(_ address: String, to host: String, form: String? = nil) async throws -> Place {
        var (address, form) = (address, form)
        for _ in 0..<10 {
            guard URL(string: address)?.host() == host else { return (address, nil) }
            let cookie = ("Cookie", cookies.map { "\($0)=\($1)" }.joined(separator: "; "))
            let query =
                form.map {
                    HTTPQuery(address, .post(Array($0.utf8)), headers: [cookie, ("Content-Type", "application/x-www-form-urlencoded")])
                } ?? HTTPQuery(address, headers: [cookie])
            let answer = try await client.send(query, HTTPLimits(connect: .seconds(60), whole: .seconds(60), body: 1 << 20))
            for (_, value) in answer.headers.filter({ $0.name == "set-cookie" }) {
                let pair = value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                cookies[pair[0]] = pair[1]
            }
            guard (300..<400).contains(answer.status), let next = answer["location"] else {
                return (address, String(decoding: answer.body, as: UTF8.self))
            }
            address = try #require(URL(string: next, relativeTo: URL(string: address))?.absoluteString)
            form = nil
        }
        throw Lost()
    }

    private struct Lost: Error {}

    /// Sends the page's form with what it has hidden in it.
    private func fill(_ place: Place, _ fields: [String: String], _ host: String) async throws -> Place {
        let page = try #require(place.page, "away from the provider: \(place.address)")
        let token = try #require(page.firstMatch(of: /name="csrf_token"[^>]*value="([^"]+)"/)?.1, "\(page)")
        let all = fields.merging(["csrf_token": String(token)]) { $1 }
        return try await follow(place.address, to: host, form: all.map { "\($0)=\($1.formEncoded)" }.joined(separator: "&"))
    }
}
