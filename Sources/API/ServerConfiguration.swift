package import Access
import Fanout
import FoundationEssentials
package import Recruiting

package struct ServerConfiguration: Sendable {
    package var host: String
    /// The port to listen on; 0 takes a free one.
    package var port: Int
    /// The secret that signs tokens and makes pseudonyms: at least 32 bytes, the same on every node.
    package var secret: [UInt8]
    /// 32 bytes, the same on every node: what candidates' keys are wrapped with.
    package var masterKey: [UInt8]
    /// Names this process in the log, together with the moment of its start.
    package var node: String
    /// Over which viewers are sent away when the process stops.
    package var drain: Duration
    /// The origins of pages from which rooms may be entered, beside this server's own.
    package var origins = Origins()
    /// The proxies that may say for whom a connection is.
    package var proxies = Proxies()
    /// What digests of passwords cost.
    package var passwordCost = Passwords.Cost.standard
    package var signInLimits = SignIns.Limits.standard
    /// The roles whose grants hold only for who has shown a code of a second factor.
    package var rolesOfTwoFactors: Set<Role> = []
    /// Where people of the staff may sign in beside by password.
    package var provider: ProviderSettings?
    /// The limits on writes by token, address, room and account.
    package var quotas = Quotas.standard
    /// The most connections that are no viewers', in all and from one address.
    package var otherConnections = Descriptors.connections
    /// How long a query waits for the read models to reach what this process knows to be in the log.
    package var queryPatience = Duration.seconds(2)
    /// What time it is: another clock's in tests.
    package var now: @Sendable () -> Timestamp = { Timestamp(Date()) }
    var limits = Limits()

    /// The most viewers' connections, in all and from one address.
    package var connections: (all: Int, perAddress: Int) {
        get { (limits.connections, limits.connectionsPerAddress) }
        set { (limits.connections, limits.connectionsPerAddress) = newValue }
    }

    package init(host: String = "127.0.0.1", port: Int, secret: [UInt8], masterKey: [UInt8], node: String, drain: Duration = .seconds(10)) {
        self.host = host
        self.port = port
        self.secret = secret
        self.masterKey = masterKey
        self.node = node
        self.drain = drain
    }
}
