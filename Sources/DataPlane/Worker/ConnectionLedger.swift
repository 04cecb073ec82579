// How many clients are connected, in all and from each address: shared by the workers.

import Synchronization

/// Counts connections against their limits; asked once for each connection, never for a request.
package final class ConnectionLedger: Sendable {
    private let total = Atomic<Int>(0)
    private let byAddress = Mutex<[[UInt8]: Int]>([:])

    /// Makes an empty ledger.
    package init() {}

    /// All connections now.
    package var count: Int { total.load(ordering: .relaxed) }

    /// Counts a connection in, unless its address has this many already.
    func add(address: [UInt8], limit: Int) -> Bool {
        let isAllowed = byAddress.withLock { counts in
            let count = counts[address, default: 0]
            if count >= limit { return false }
            counts[address] = count + 1
            return true
        }
        if isAllowed { total.wrappingAdd(1, ordering: .relaxed) }
        return isAllowed
    }

    /// Counts a connection out.
    func remove(address: [UInt8]) {
        total.wrappingSubtract(1, ordering: .relaxed)
        byAddress.withLock { counts in
            let left = counts[address, default: 1] - 1
            counts[address] = left > 0 ? left : nil
        }
    }
}
