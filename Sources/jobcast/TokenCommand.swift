import Access
import ArgumentParser
import Recruiting

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Issue a signed token for a role.",
        discussion: """
            Example: jobcast token --role host --subject li.ming

            A page takes it from its address, as in /studio#token=…, and asks before it uses it; a viewer's token it takes from no link.
            """
    )

    @OptionGroup var settings: Settings

    @Option(help: ArgumentHelp("\(Role.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "role"))
    var role: Role

    @Option(help: ArgumentHelp("Who: a name or number that stays the same for the person.", valueName: "subject"))
    var subject: String

    @Option(
        help: ArgumentHelp("For a recruiter or a host: the company, by its id or its unified social credit code.", valueName: "company")
    )
    var company: String?

    /// Whoever registers a company doesn't know its id yet, but its code, which tells the id.
    private var companyID: CompanyID? {
        company.flatMap { text in CompanyID(text) ?? (try? UnifiedSocialCreditCode(text)).map { CompanyID($0) } }
    }

    @Option(help: ArgumentHelp("How long the token is good for.", valueName: "hours"))
    var hours = 12

    func validate() throws {
        guard (1...8_760).contains(hours) else { throw ValidationError("--hours must be 1 to 8760.") }
        guard role != .recruiter || company != nil else { throw ValidationError("A recruiter acts for a company: give --company.") }
        guard company == nil || companyID != nil else {
            throw ValidationError("--company must be an id (a UUID) or a code of 18 characters.")
        }
        guard (try? Subject(subject))?.description == subject, subject.utf8.count <= 128 else {
            throw ValidationError("--subject must have 1 to 128 bytes, none of them unseen or white space around it.")
        }
    }

    func run() async throws {
        _ = try settings.logger()
        let signer = await TokenSigner(secret: try Secrets.read(settings).token)
        print(try await signer.issue(role: role, subject: subject, company: companyID?.description, lifetime: .seconds(hours * 3_600)))
    }
}

extension Role: ExpressibleByArgument {}
