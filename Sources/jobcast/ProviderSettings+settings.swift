import Access
import FoundationEssentials
import Recruiting

extension ProviderSettings {
    /// The provider of identities that the settings name; nil when they name none.
    /// - Throws: `SettingError` for what can't be.
    static func read(_ settings: Settings) throws -> ProviderSettings? {
        let (others, needed): ([Setting], [Setting]) = (
            [.clientSecret, .providerName, .scopes, .accountClaim, .grantRules], [.clientID, .address]
        )
        guard let issuer = try settings.value(.issuer) else {
            for setting in others + [.clientID] where try settings.value(setting) != nil {
                throw SettingError("\(setting.name) is given, and no \(Setting.issuer.name) that it could be about.")
            }
            return nil
        }
        for setting in needed where try settings.value(setting) == nil {
            throw SettingError("\(Setting.issuer.name) is given, and \(setting.name) is missing beside it.")
        }
        return ProviderSettings(
            issuer: try checkedIssuer(issuer),
            clientID: try settings.value(.clientID) ?? "",
            clientSecret: try settings.value(.clientSecret),
            name: try name(settings, issuer),
            address: try checkedAddress(try settings.value(.address) ?? ""),
            scopes: try scopes(settings),
            accountClaim: try settings.value(.accountClaim) ?? "preferred_username",
            rules: try rules(try settings.value(.grantRules) ?? "")
        )
    }

    private static func name(_ settings: Settings, _ issuer: String) throws -> String {
        let name = try settings.value(.providerName) ?? URL(string: issuer)?.host() ?? issuer
        do throws(Invalid) {
            return try name.checkedLine(Setting.providerName.name, atMost: 100)
        } catch {
            throw SettingError(error, named: Setting.providerName.name)
        }
    }

    private static func scopes(_ settings: Settings) throws -> [String] {
        let scopes = try settings.value(.scopes)?.split { $0 == " " || $0 == "," }.map(String.init) ?? ["openid", "profile", "email"]
        guard scopes.contains("openid") else {
            throw SettingError("\(Setting.scopes.name) lacks openid, without which there is no sign-in.")
        }
        return scopes
    }

    /// Secrets and tokens go there: in clear only where they don't leave the machine.
    private static func checkedIssuer(_ text: String) throws -> String {
        let isOwn = ["127.0.0.1", "localhost", "::1", "[::1]"].contains(URL(string: text)?.host() ?? "")
        guard let url = URL(string: text), url.host()?.isEmpty == false, url.scheme == "https" || url.scheme == "http" && isOwn,
            url.query() == nil, url.fragment() == nil, url.user() == nil, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw SettingError(
                """
                \(Setting.issuer.name) must be written like https://login.example.org/realms/office, as the provider does itself; http: is \
                taken on this machine alone.
                """
            )
        }
        return text
    }

    private static func checkedAddress(_ text: String) throws -> String {
        let address = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let url = URL(string: address), url.scheme == "https" || url.scheme == "http", url.host()?.isEmpty == false,
            url.path().isEmpty,
            url.query() == nil, url.fragment() == nil, url.user() == nil, address.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw SettingError("\(Setting.address.name) must be the address of the pages, like https://jobs.example.com.")
        }
        return address
    }

    /// `CLAIM:VALUE=GRANT,GRANT` with semicolons or lines between.
    private static func rules(_ text: String) throws -> [GrantRule] {
        try text.split { $0 == ";" || $0.isNewline }.map(\.trimmed).filter { !$0.isEmpty }.map { text in
            guard let colon = text.firstIndex(of: ":"), let equals = text.lastIndex(of: "="), colon < equals else {
                throw SettingError(
                    "\(Setting.grantRules.name) has \(text), which is not written like groups:hosts=host@ORGANISATION."
                )
            }
            let (claim, value) = (text[..<colon].trimmed, text[text.index(after: colon)..<equals].trimmed)
            guard !claim.isEmpty, !value.isEmpty else {
                throw SettingError("\(Setting.grantRules.name) has \(text), which names no claim or no value.")
            }
            return GrantRule(claim: String(claim), value: String(value), grants: try grants(text[text.index(after: equals)...]))
        }
    }

    private static func grants(_ text: Substring) throws -> [Grant] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed).map { text in
            guard let grant = Grant(argument: String(text)), grant.role != .viewer else {
                throw SettingError(
                    """
                    \(Setting.grantRules.name) has \(text), which is no grant: write ROLE, ROLE@ORGANISATION or ROLE@session:ID, as for \
                    jobcast token, and no viewer.
                    """
                )
            }
            return grant
        }
    }
}
