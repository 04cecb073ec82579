// Proves: the system tells how long a thread has waited for a core.

import Foundation
import Testing

@testable import DataPlane

@Suite struct ThreadDelayTests {
    @Test func neverGoesBack() throws {
        let delay = ThreadDelay()
        var last = try #require(delay.nanoseconds)
        for _ in 0..<1_000 {
            let now = try #require(delay.nanoseconds)
            #expect(now >= last)
            last = now
        }
    }

    /// More threads than cores, each of which wants one: all of them wait, and it is counted.
    @Test(.timeLimit(.minutes(1)))
    func waitingIsCounted() async throws {
        let threads = ProcessInfo.processInfo.activeProcessorCount * 2
        let waited = await withTaskGroup(of: UInt64.self) { group in
            for _ in 0..<threads {
                group.addTask {
                    await withCheckedContinuation { continuation in
                        Thread { continuation.resume(returning: Self.work()) }.start()
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(waited > 0)
    }

    /// Keeps a core busy until the thread has had to wait for it.
    private static func work() -> UInt64 {
        let delay = ThreadDelay()
        let start = delay.nanoseconds ?? 0
        while delay.nanoseconds == start {}
        return (delay.nanoseconds ?? 0) - start
    }
}
