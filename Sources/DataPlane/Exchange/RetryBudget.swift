// How many requests one worker may send again: pure, the clock is an argument.

/// A share of the requests of the last ten seconds, and never fewer than a least number.
///
/// Without it, retries double the load on a service that is already failing.
struct RetryBudget {
    private static let slotNanoseconds: UInt64 = 1_000_000_000
    private static let slotCount = 10

    private let percent: Int
    private let least: Int
    private var requests = [Int](repeating: 0, count: slotCount)
    private var retries = [Int](repeating: 0, count: slotCount)
    private var currentSlot: UInt64 = 0

    init(percent: Int, least: Int) {
        self.percent = percent
        self.least = least
    }

    /// Counts a request.
    mutating func countRequest(now: UInt64) {
        advance(to: now)
        requests[Int(currentSlot % UInt64(Self.slotCount))] += 1
    }

    /// Takes one retry out of the budget, if there is one.
    mutating func takeRetry(now: UInt64) -> Bool {
        advance(to: now)
        let allowed = max(least, requests.reduce(0, +) * percent / 100)
        guard retries.reduce(0, +) < allowed else { return false }
        retries[Int(currentSlot % UInt64(Self.slotCount))] += 1
        return true
    }

    private mutating func advance(to now: UInt64) {
        let slot = now / Self.slotNanoseconds
        guard slot > currentSlot else { return }
        for step in 1...min(slot - currentSlot, UInt64(Self.slotCount)) {
            let index = Int((currentSlot + step) % UInt64(Self.slotCount))
            requests[index] = 0
            retries[index] = 0
        }
        currentSlot = slot
    }
}
