import Access
import ArgumentParser
import Recruiting
import Simulator

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: said("Send simulated hosts and viewers to a running server."),
        discussion: said(
            """
            They use it as people do, over HTTP and WebSocket only. The tokens are signed with the secret of these settings, which \
            must be the server's. Ctrl-C ends the sessions.
            """
        )
    )

    @OptionGroup var settings: Settings

    @Option(help: ArgumentHelp(said("Where the server is."), valueName: "url"))
    var server = "http://127.0.0.1:8080"

    @Option(help: ArgumentHelp(said("How many viewers are connected on average.")))
    var viewers = 300

    @Option(help: ArgumentHelp(said("How many rooms are live, each with a host.")))
    var rooms = 1

    @Option(help: ArgumentHelp(said("End after so many seconds; without it, when stopped.")))
    var seconds: Int?

    @Option(help: ArgumentHelp(said("Decides every choice of the crowd.")))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(said("The part of the entries that apply; as in the reference season, 0.0064, without it."), valueName: "part")
    )
    var applying: Double?

    @Flag(help: ArgumentHelp(said("Leave the last room's show to a person.")))
    var leaveLastRoom = false

    @Flag(help: ArgumentHelp(said("Measure the push to screen instead: from a host's request to the frame in every viewer's hands.")))
    var measure = false

    @Option(help: ArgumentHelp(said("Cards to feature when measuring.")))
    var rounds = 100

    func validate() throws {
        guard (1...1_000_000).contains(viewers) else { throw ValidationError(said("--viewers must be 1 to 1000000.")) }
        guard (1...1_000).contains(rooms) else { throw ValidationError(said("--rooms must be 1 to 1000.")) }
        guard (1...1_000_000).contains(rounds) else { throw ValidationError(said("--rounds must be 1 to 1000000.")) }
        guard (1...31_536_000).contains(seconds ?? 1) else {
            throw ValidationError(said("--seconds must be 1 to 31536000, which is a year."))
        }
        guard (0...1).contains(applying ?? 0) else { throw ValidationError(said("--applying must be 0 to 1.")) }
        guard Address(url: server) != nil else { throw ValidationError(said("--server must be a URL such as http://127.0.0.1:8080.")) }
    }

    func run() async throws {
        guard let address = Address(url: server) else { return }
        let signer = await TokenSigner(secret: try Secrets.read(settings).token)
        let tokens: @Sendable (Role, String) async throws -> String = { role, subject in
            try await signer.issue([Grant(role)], to: subject, lifetime: .seconds(12 * 3_600))
        }
        if measure {
            let push = try await PushMeasurement(
                address: address,
                viewers: viewers,
                rounds: rounds,
                pause: .milliseconds(100),
                tokens: tokens
            )
            print(try await push.run { print("# \($0)") }.lines.joined(separator: "\n"))
        } else {
            try await simulate(address, tokens)
        }
    }
}
