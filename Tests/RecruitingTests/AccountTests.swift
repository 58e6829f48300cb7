import EventSourcing
import Recruiting
import Testing

/// What becomes of an account by its rules.
@Suite struct AccountTests {
    private let invited = Account.Event.invited(AccountInvited(until: Story.now))
    private let activated = Account.Event.activated(AccountActivated())
    private let suspension = try! AccountSuspended(reason: "离职")
    private var suspended: Account.Event { .suspended(suspension) }
    private let reinstated = Account.Event.reinstated(AccountReinstated())
    private let analyst = GrantGiven(try! Grant(.analyst))
    private let host = GrantGiven(try! Grant(.host, .organisation(Story.company)))

    private func token(_ number: Int = 1, _ grants: [Grant] = [try! Grant(.analyst)]) -> TokenIssued {
        try! TokenIssued(Story.id(number: number, TokenIssued.self), name: "大屏", grants: grants, until: Story.now)
    }

    @Test func `anybody can be invited, again and again, but for who is suspended`() {
        let again = AccountInvited(until: Story.now.advanced(by: .seconds(60)))
        Given(Account.self).when(.invite(again)).then(.invited(again))
        Given(Account.self, invited).when(.invite(again)).then(.invited(again))
        Given(Account.self, invited, activated).when(.invite(again)).then(.invited(again))
        Given(Account.self, suspended).when(.invite(again)).then(.suspended)
        Given(Account.self, suspended, reinstated).when(.invite(again)).then(.invited(again))
    }

    @Test func `only who was invited is activated, and not while suspended`() {
        Given(Account.self).when(.activate).then(.notInvited)
        Given(Account.self, .given(analyst)).when(.activate).then(.notInvited)
        Given(Account.self, invited).when(.activate).then(activated)
        Given(Account.self, invited, suspended).when(.activate).then(.suspended)
        // Another invitation replaces the password.
        Given(Account.self, invited, activated, invited).when(.activate).then(activated)
    }

    @Test func `an invitation of somebody active leaves them active until it is accepted`() {
        #expect(Account.fold([]).membership == .named)
        #expect(Account.fold([invited]).membership == .invited)
        #expect(Account.fold([invited, activated]).membership == .active)
        #expect(Account.fold([invited, activated, invited]).membership == .active)
        #expect(Account.fold([invited, activated, suspended, reinstated]).membership == .active)
    }

    @Test func `a suspension is recorded once, of whoever it may be, and lifted once`() {
        Given(Account.self).when(.suspend(suspension)).then(suspended)
        Given(Account.self, suspended).when(.suspend(suspension)).thenNothing()
        Given(Account.self, suspended).when(.reinstate).then(reinstated)
        Given(Account.self).when(.reinstate).then(.notSuspended)
        Given(Account.self, suspended, reinstated).when(.reinstate).then(.notSuspended)
    }

    @Test func `grants are given once, sixteen at most, and none for viewers`() {
        Given(Account.self).when(.give(analyst)).then(.given(analyst))
        Given(Account.self, .given(analyst)).when(.give(analyst)).thenNothing()
        Given(Account.self).when(.give(GrantGiven(.viewer))).then(.viewer)
        let many = (1...16).map { GrantGiven(try! Grant(.assistant, .session(Story.id(number: $0, Session.self)))) }
        Given(Account.self, many.map(Account.Event.given)).when(.give(analyst)).then(.tooMany)
        Given(Account.self, many.map(Account.Event.given)).when(.give(many[3])).thenNothing()
        let withdrawn = Account.Event.withdrawn(GrantWithdrawn(many[0].grant))
        Given(Account.self, many.map(Account.Event.given) + [withdrawn]).when(.give(analyst)).then(.given(analyst))
    }

    @Test func `a grant that is held can be withdrawn, also of who is suspended, and given again`() {
        let withdrawal = GrantWithdrawn(analyst.grant)
        Given(Account.self).when(.withdraw(withdrawal)).then(.notHeld)
        Given(Account.self, .given(host)).when(.withdraw(GrantWithdrawn(try! Grant(.host)))).then(.notHeld)
        Given(Account.self, .given(analyst), suspended).when(.withdraw(withdrawal)).then(.withdrawn(withdrawal))
        Given(Account.self, .given(analyst), .withdrawn(withdrawal)).when(.withdraw(withdrawal)).then(.notHeld)
        let state = Account.fold([.given(analyst), .given(host), .withdrawn(withdrawal)])
        #expect(state.grants == [host.grant] && state.withdrawn == [analyst.grant])
        let again = Account.fold([.given(analyst), .withdrawn(withdrawal), .given(analyst)])
        #expect(again.grants == [analyst.grant] && again.withdrawn.isEmpty)
    }

    @Test func `a token is issued with grants, and not while suspended`() {
        Given(Account.self, .given(analyst)).when(.issueToken(token())).then(.tokenIssued(token()))
        // Whoever keeps the server vouches for grants that the account lacks.
        Given(Account.self).when(.issueToken(token())).then(.tokenIssued(token()))
        Given(Account.self).when(.issueToken(token(1, []))).then(.nothingHeld)
        Given(Account.self, .given(analyst), suspended).when(.issueToken(token())).then(.suspended)
    }

    @Test func `a token is revoked once, also of who is suspended, and only where it was issued`() {
        let revocation = TokenRevoked(token().token)
        Given(Account.self).when(.revokeToken(revocation)).then(.noSuchToken)
        Given(Account.self, .tokenIssued(token(2))).when(.revokeToken(revocation)).then(.noSuchToken)
        Given(Account.self, .tokenIssued(token()), suspended).when(.revokeToken(revocation)).then(.tokenRevoked(revocation))
        Given(Account.self, .tokenIssued(token()), .tokenRevoked(revocation)).when(.revokeToken(revocation)).thenNothing()
        let state = Account.fold([.tokenIssued(token()), .tokenIssued(token(2)), .tokenRevoked(revocation)])
        #expect(state.tokens == [token(2)] && state.revoked == [token().token])
    }

    @Test func `what somebody did or tried is recorded, whatever stands against it`() {
        let failure = Account.Event.signInFailed(SignInFailed(7))
        Given(Account.self, suspended).when(.note(failure)).then(failure)
    }

    @Test func `the types that are passed over are those that leave every state as it is`() {
        let states = [
            [], [invited], [invited, activated, .given(analyst), .tokenIssued(token())], [suspended],
            [Account.Event.given(GrantGiven(try! Grant(.recruiter, .organisation(Story.company))))],
            [.given(GrantGiven(try! Grant(.assistant, .session(Story.session))))],
            [.tokenIssued(try! TokenIssued(Story.id("70", TokenIssued.self), name: "大屏", grants: [Grant(.analyst)], until: Story.now))],
        ].map { Account.fold($0) }
        let without = EventExamples.account.filter { event in
            states.allSatisfy { state in
                var after = state
                Account.apply(event, to: &after)
                return after == state
            }
        }
        #expect(Set(without.map(\.type)) == Set(Account.typesWithoutEffect))
    }
}
