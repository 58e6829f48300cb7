import API
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

    @Option(help: ArgumentHelp("For a recruiter: the company's id.", valueName: "id"))
    var company: String?

    @Option(help: ArgumentHelp("How long the token is good for.", valueName: "hours"))
    var hours = 12

    func validate() throws {
        guard (1...8_760).contains(hours) else { throw ValidationError("--hours must be 1 to 8760.") }
        guard role != .recruiter || company != nil else { throw ValidationError("A recruiter acts for a company: give --company.") }
        guard (try? Subject(subject))?.description == subject, subject.utf8.count <= 128 else {
            throw ValidationError("--subject must have 1 to 128 bytes, none of them unseen or white space around it.")
        }
    }

    func run() async throws {
        _ = try settings.logger()
        let signer = await TokenSigner(secret: try Secrets.read(settings).token)
        print(try await signer.issue(role: role, subject: subject, company: company, lifetime: .seconds(hours * 3_600)))
    }
}

extension Role: ExpressibleByArgument {}
