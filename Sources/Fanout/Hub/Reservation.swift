import Synchronization

/// A place for one connection, given back when the last reference to it goes.
///
/// Taken before the upgrade, so that a connection over the limit is turned away before any heavy work, and kept by the viewer's handler.
package final class Reservation: Sendable {
    private let address: ClientAddress?
    private let counter: ConnectionCounter

    fileprivate init(_ address: ClientAddress?, _ counter: ConnectionCounter) {
        self.address = address
        self.counter = counter
    }

    deinit { counter.giveBack(address) }
}

/// Counts connections, in all and by address.
package final class ConnectionCounter: Sendable {
    private struct Counts {
        var all = 0
        var byAddress: [ClientAddress: Int] = [:]
    }

    private let most: Int
    private let mostPerAddress: Int
    private let counts = Mutex(Counts())

    package init(all: Int, perAddress: Int) {
        most = all
        mostPerAddress = perAddress
    }

    /// A place for a connection from the address, or, without one, for a connection that counts only among all; nil if none is left.
    package func reserve(_ address: ClientAddress?) -> Reservation? {
        let isFree = counts.withLock { counts in
            guard counts.all < most else { return false }
            if let address {
                let here = counts.byAddress[address, default: 0]
                guard here < mostPerAddress else { return false }
                counts.byAddress[address] = here + 1
            }
            counts.all += 1
            return true
        }
        return isFree ? Reservation(address, self) : nil
    }

    fileprivate func giveBack(_ address: ClientAddress?) {
        counts.withLock { counts in
            counts.all -= 1
            guard let address else { return }
            let left = counts.byAddress[address, default: 1] - 1
            counts.byAddress[address] = left == 0 ? nil : left
        }
    }

    package var all: Int { counts.withLock { $0.all } }
}
