import Synchronization

/// A place for one connection, given back when the last reference to it goes.
///
/// Taken before the upgrade, so that a connection over the limit is turned away before any heavy work, and kept by the viewer's handler.
package final class Reservation: Sendable {
    private let address: ClientAddress
    private let counter: ConnectionCounter

    fileprivate init(_ address: ClientAddress, _ counter: ConnectionCounter) {
        self.address = address
        self.counter = counter
    }

    deinit { counter.giveBack(address) }
}

/// Counts connections, in all and by address.
final class ConnectionCounter: Sendable {
    private struct Counts {
        var all = 0
        var byAddress: [ClientAddress: Int] = [:]
    }

    private let limits: Limits
    private let counts = Mutex(Counts())

    init(_ limits: Limits) { self.limits = limits }

    /// A place for a connection from the address; nil if there is none left.
    func reserve(_ address: ClientAddress) -> Reservation? {
        let isFree = counts.withLock { counts in
            let here = counts.byAddress[address, default: 0]
            guard counts.all < limits.connections, here < limits.connectionsPerAddress else { return false }
            counts.all += 1
            counts.byAddress[address] = here + 1
            return true
        }
        return isFree ? Reservation(address, self) : nil
    }

    fileprivate func giveBack(_ address: ClientAddress) {
        counts.withLock { counts in
            counts.all -= 1
            let left = counts.byAddress[address, default: 1] - 1
            counts.byAddress[address] = left == 0 ? nil : left
        }
    }

    var all: Int { counts.withLock { $0.all } }
}
