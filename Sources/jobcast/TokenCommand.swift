import Access
import ArgumentParser
import Commands
import FoundationEssentials
import Recruiting

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: said("Issue a signed token that carries grants, for a machine."),
        discussion: said(
            """
            Example: jobcast token --grant host --subject li.ming
                     jobcast token --grant host --grant recruiter@914501000000000009 --subject wang.fang

            A grant is a role, and where it holds: everywhere, for the things of one organisation (@ and its id or credit code), or in one \
            session (@session: and its id). A page takes a token from its address, as in /studio#token=…, and asks before it uses it; a \
            viewer's token it takes from no link.

            The token is listed with the account of its subject, and can be revoked there; a viewer's has no account.
            """
        )
    )

    @OptionGroup var settings: Settings

    @Option(
        name: .customLong("grant"),
        help: ArgumentHelp(said("ROLE, ROLE@ORGANISATION or ROLE@session:ID; may be repeated. Roles: \(roles)."), valueName: "grant")
    )
    var grants: [Grant]

    @Option(help: ArgumentHelp(said("Who: a name or number that stays the same for the person."), valueName: "subject"))
    var subject: String

    @Option(help: ArgumentHelp(said("What the token is for, as it is listed."), valueName: "text"))
    var name = "jobcast token"

    @Option(help: ArgumentHelp(said("How long the token is good for."), valueName: "hours"))
    var hours = 12

    private static let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")

    func validate() throws {
        guard (1...8_760).contains(hours) else { throw ValidationError(said("--hours must be 1 to 8760.")) }
        guard Grant.areHeldTogether(grants) else {
            throw ValidationError(said("--grant must be given 1 to \(Account.grantLimit) times, and viewer alone."))
        }
        guard (try? Subject(subject))?.description == subject else {
            throw ValidationError(said("--subject must have 1 to 128 bytes, none of them unseen or white space around it."))
        }
    }

    func run() async throws {
        _ = try settings.logger()
        let signer = await TokenSigner(secret: try Secrets.read(settings).token)
        let lifetime = Duration.seconds(hours * 3_600)
        guard grants != [.viewer] else { return print(try await signer.issue(grants, to: subject, lifetime: lifetime)) }
        let id = TokenID(UUID())
        let end = Timestamp(.now).advanced(by: lifetime)
        let issued = try issued(id, until: end)
        try await withAccounts(settings) { try await $0.change(try Subject(subject), [.recordToken(issued)]) }
        print(try await signer.issue(grants, to: subject, number: id, lifetime: lifetime))
    }

    private func issued(_ id: TokenID, until end: Timestamp) throws -> TokenIssued {
        do throws(Invalid) {
            return try TokenIssued(id, name: name, grants: grants, until: end)
        } catch {
            throw SettingError(error, named: "--\(error.field)")
        }
    }
}

extension Grant: ExpressibleByArgument {
    /// Nil for what names no role or no place where it holds.
    init?(argument: String) {
        let parts = argument.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let role = Role(rawValue: String(parts[0])) else { return nil }
        guard let scope = parts.count == 1 ? .all : Self.scope(parts[1]), let grant = try? Grant(role, scope) else { return nil }
        self = grant
    }

    /// Whoever registers an organisation doesn't know its id yet, but its code, which tells the id.
    private static func scope(_ text: Substring) -> Scope? {
        if text.hasPrefix("session:") { return SessionID(String(text.dropFirst(8))).map(Scope.session) }
        let id = OrganisationID(String(text)) ?? (try? UnifiedSocialCreditCode(String(text))).map { OrganisationID($0) }
        return id.map(Scope.organisation)
    }
}
