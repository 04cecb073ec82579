// Which endpoint of a version gets a request.

/// The power of two choices: of two endpoints drawn, the one with fewer requests in flight
/// (Mitzenmacher 2001).
enum EndpointChoice {
    /// Chooses among the endpoints that may be used, or returns nil if none may.
    ///
    /// One that refuses connections, or whose name has no address, is never used. Ones set aside
    /// for failing are used when no other is left: failing may be the requests' fault.
    static func choose(
        _ pools: [EndpointPool], avoiding failed: EndpointPool?, now: UInt64,
        random: inout RandomSource
    ) -> EndpointPool? {
        if pools.count == 1 {
            let only = pools[0]
            return only.mayBeLast(now: now) ? only : nil
        }
        if let chosen = drawTwo(
            pools, random: &random,
            where: { pool in
                pool !== failed && pool.isReachable(now: now) && !pool.health.isFailing(now: now)
            })
        {
            return chosen
        }
        // With all of them out, each is asked as often as after its first refusal: one of them
        // may have come back, as when a service's endpoints are replaced one after the other.
        return drawTwo(pools, random: &random) { $0.isReachable(now: now) }
            ?? drawTwo(pools, random: &random) { $0.mayBeLast(now: now) }
    }

    private static func drawTwo(
        _ pools: [EndpointPool], random: inout RandomSource, where isUsable: (EndpointPool) -> Bool
    ) -> EndpointPool? {
        let first = pools[random.below(pools.count)]
        let second = pools[random.below(pools.count)]
        if isUsable(first) {
            return isUsable(second) && second.inFlight < first.inFlight ? second : first
        }
        if isUsable(second) { return second }
        // Rare: most of the endpoints are out. A walk from a drawn place stays even.
        let start = random.below(pools.count)
        for offset in 0..<pools.count {
            let pool = pools[(start + offset) % pools.count]
            if isUsable(pool) { return pool }
        }
        return nil
    }
}
