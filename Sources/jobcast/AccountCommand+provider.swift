import Access
import ArgumentParser
import FoundationEssentials
import Recruiting

extension AccountCommand {
    struct AtProvider: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "provider",
            abstract: said("Say whose account it is at the provider of identities; without --subject, nobody's."),
            discussion: said(
                """
                Whoever has a password, and is to sign in at the provider from now on, is named by the number that the provider gives them \
                (the claim sub). Nobody's, the account goes to whoever comes next under its name. Whoever is signed in has to sign in again.
                """
            )
        )

        @OptionGroup var settings: Settings
        @OptionGroup var named: Named

        @Option(help: ArgumentHelp(said("Who it is, as the claim sub says."), valueName: "subject"))
        var subject: String?

        func run() async throws {
            let account = try named.subject
            let issuer = try settings.value(.issuer)
            if let subject, !(1...255).contains(subject.utf8.count) { throw ValidationError(said("--subject must have 1 to 255 bytes.")) }
            guard subject == nil || issuer != nil else { throw SettingError("No provider is set: \(Setting.issuer.name) names it.") }
            try await withAccounts(settings) { accounts in
                if let subject, let issuer {
                    try await accounts.identities.assign(account, issuer: issuer, subject: subject, at: Timestamp(.now))
                } else {
                    try await accounts.identities.release(account)
                }
                try await accounts.signIns.endAll(of: account)
            }
        }
    }
}
