import EventSourcing
import Recruiting
import Testing

/// Grants that a provider of identities is the reason for, beside those that somebody has given.
@Suite struct MappedGrantTests {
    private let host = try! Grant(.host)
    private let analyst = try! Grant(.analyst)

    private func given(_ grant: Grant, by source: GrantGiven.Source? = nil) -> Account.Event { .given(GrantGiven(grant, by: source)) }
    private func withdrawn(_ grant: Grant) -> Account.Event { .withdrawn(GrantWithdrawn(grant)) }

    @Test func `what the provider says is given, once, and withdrawn when it says so no more`() {
        Given(Account.self).when(.map([host, analyst])).then(given(host, by: .provider), given(analyst, by: .provider))
        let both = [given(host, by: .provider), given(analyst, by: .provider)]
        Given(Account.self, both).when(.map([analyst, host])).thenNothing()
        Given(Account.self, both).when(.map([analyst])).then(withdrawn(host))
        Given(Account.self, both).when(.map([])).then(withdrawn(host), withdrawn(analyst))
        Given(Account.self, both + [withdrawn(host)]).when(.map([host, analyst])).then(given(host, by: .provider))
    }

    @Test func `what somebody has given stays, before or after the provider says the same`() {
        Given(Account.self, [given(host)]).when(.map([host])).thenNothing()
        Given(Account.self, [given(host)]).when(.map([])).thenNothing()
        let mapped = [given(host, by: .provider)]
        Given(Account.self, mapped).when(.give(GrantGiven(host))).then(given(host))
        Given(Account.self, mapped + [given(host)]).when(.give(GrantGiven(host))).thenNothing()
        Given(Account.self, mapped + [given(host)]).when(.map([])).thenNothing()
        #expect(Account.fold(mapped + [given(host)]).grants == [host])
        // Taken away by hand it comes back with the next sign-in that has a reason for it.
        Given(Account.self, mapped + [given(host), withdrawn(host)]).when(.map([host])).then(given(host, by: .provider))
    }

    @Test func `an account has sixteen grants at most, whoever gives them, and none for viewers`() {
        let many = (0..<16).map { try! Grant(.host, .organisation(OrganisationID("00000000-0000-4000-8000-0000000000\(10 + $0)")!)) }
        Given(Account.self, [given(analyst)]).when(.map(many)).then(.tooMany)
        let mapped = Account.fold([given(analyst, by: .provider)])
        #expect(try! Account.decide(.map(many), mapped) == [withdrawn(analyst)] + many.map { given($0, by: .provider) })
        Given(Account.self).when(.map([.viewer])).then(.viewer)
    }
}
