// A window of the history holds what came in its time, and no more.

import Recording
import SeededRandom
import Testing

@Suite("Figure history")
struct FigureHistoryTests {
    private let key = VersionKey(route: "sentiment", version: "v1")
    private let other = VersionKey(route: "sentiment", version: "v2")

    /// A history of a version to which each second brings the number of requests given for it.
    private func history(from start: Int, _ requests: [Int]) -> FigureHistory {
        var history = FigureHistory()
        var sum = 0
        for (offset, count) in requests.enumerated() {
            sum += count
            history.add([key: .answered(sum)], second: start + offset)
        }
        return history
    }

    private func requests(_ history: FigureHistory, seconds: Int, now: Int) -> Int {
        history.window(seconds: seconds, now: now)[key]?.requests ?? 0
    }

    @Test("is empty at first")
    func empty() {
        #expect(FigureHistory().window(seconds: 60, now: 1_000).isEmpty)
        #expect(FigureHistory().window(seconds: 86_400, now: 1_000).isEmpty)
    }

    @Test("gives the last seconds, this one included")
    func seconds() {
        let history = history(from: 100, [1, 2, 4, 8, 16])
        #expect(requests(history, seconds: 1, now: 104) == 16)
        #expect(requests(history, seconds: 2, now: 104) == 24)
        #expect(requests(history, seconds: 5, now: 104) == 31)
        #expect(requests(history, seconds: 600, now: 104) == 31)
        // Later, with nothing new, seconds fall out one by one.
        #expect(requests(history, seconds: 5, now: 106) == 28)
        #expect(requests(history, seconds: 5, now: 109) == 0)
        #expect(requests(history, seconds: 0, now: 104) == 0)
    }

    @Test("tells stretches of callers' requests alone")
    func roles() {
        var history = FigureHistory()
        let copies = VersionKey(route: key.route, version: key.version, role: .shadow)
        history.add([key: .answered(3), copies: .answered(40)], second: 10)
        let steps = history.steps(
            of: key.route, seconds: 60, every: 5, now: 10, offset: 0)
        #expect(steps.map { $0.versions[key.version]?.requests } == [3])
        #expect(history.window(seconds: 60, now: 10)[copies]?.requests == 40)
        #expect(history.window(seconds: 60, now: 10).served.count == 1)
    }

    @Test("counts two readings in one second together")
    func sameSecond() {
        var history = FigureHistory()
        history.add([key: .answered(1)], second: 7)
        history.add([key: .answered(3)], second: 7)
        history.add([key: .answered(6)], second: 8)
        #expect(requests(history, seconds: 1, now: 8) == 3)
        #expect(requests(history, seconds: 2, now: 8) == 6)
    }

    @Test("bears seconds in which nobody looked")
    func gaps() {
        var history = FigureHistory()
        history.add([key: .answered(1)], second: 10)
        history.add([key: .answered(5)], second: 500)
        #expect(requests(history, seconds: 490, now: 500) == 4)
        #expect(requests(history, seconds: 491, now: 500) == 5)
    }

    @Test("keeps versions apart, and leaves out those to which nothing came")
    func versions() {
        var history = FigureHistory()
        history.add([key: .answered(5), other: .answered(1)], second: 1)
        history.add([key: .answered(6), other: .answered(1)], second: 2)
        let window = history.window(seconds: 1, now: 2)
        #expect(window[key]?.requests == 1)
        #expect(window[other] == nil)
        #expect(history.window(seconds: 2, now: 2)[other]?.requests == 1)
    }

    @Test("starts again with a version that was forgotten and came back")
    func forgotten() {
        var history = FigureHistory()
        history.add([key: .answered(50)], second: 1)
        history.add([:], second: 2)
        history.add([key: .answered(4)], second: 3)
        #expect(requests(history, seconds: 1, now: 3) == 4)
        #expect(requests(history, seconds: 3, now: 3) == 54)
        // Or that began anew between two looks.
        history.add([key: .answered(3)], second: 4)
        #expect(requests(history, seconds: 1, now: 4) == 3)
    }

    @Test("gives those under way at the window's end, not their sum")
    func inFlight() {
        var history = FigureHistory()
        history.add([key: .answered(1, inFlight: 9)], second: 1)
        history.add([key: .answered(2, inFlight: 4)], second: 2)
        history.add([key: .answered(3, inFlight: 7)], second: 3)
        #expect(history.window(seconds: 3, now: 3)[key]?.inFlight == 7)
        history.add([key: .answered(9, inFlight: 2)], second: 3)
        #expect(history.window(seconds: 3, now: 3)[key]?.inFlight == 2)
        #expect(history.window(seconds: 3_600, now: 3)[key]?.inFlight == 2)
        // All of them ended.
        history.add([key: .answered(11)], second: 4)
        #expect(history.window(seconds: 4, now: 4)[key]?.inFlight == 0)
    }

    @Test("sees a version whose only requests are under way")
    func onlyInFlight() {
        var history = FigureHistory()
        history.add([key: .answered(0, inFlight: 1)], second: 1)
        #expect(history.window(seconds: 1, now: 1)[key]?.inFlight == 1)
    }

    @Test("gives whole minutes beyond ten minutes")
    func minutes() {
        // One request each second for an hour, from a whole minute on.
        let history = history(from: 6_000, [Int](repeating: 1, count: 3_600))
        let now = 9_599
        #expect(requests(history, seconds: 600, now: now) == 600)
        // Of 11 minutes: those that begin within them, the present one included.
        #expect(requests(history, seconds: 660, now: now) == 660)
        #expect(requests(history, seconds: 3_600, now: now) == 3_600)
        #expect(requests(history, seconds: 86_400, now: now) == 3_600)
        // In the middle of a minute, the cut one at the far end is left out.
        #expect(requests(history, seconds: 690, now: now) == 660)
    }

    @Test("forgets what is older than a day, and keeps no more than it says")
    func bounds() {
        let days = 2 * 86_400
        var history = FigureHistory()
        for second in stride(from: 0, to: days, by: 20) {
            history.add([key: .answered(second / 20 + 1)], second: second)
        }
        let now = days - 20
        #expect(requests(history, seconds: 600, now: now) == 30)
        #expect(requests(history, seconds: 86_400, now: now) == 86_400 / 20)
        #expect(requests(history, seconds: 10 * 86_400, now: now) == 86_400 / 20)
    }

    @Test("agrees with a sum over the seconds, for any window")
    func anyWindow() {
        let seed = SeededGenerator.seed(for: "windows")
        var generator = SeededGenerator(seed: seed)
        let counts = (0..<1_000).map { _ in max(0, Int.random(in: -3...5, using: &generator)) }
        let start = Int.random(in: 0...100_000, using: &generator)
        let history = history(from: start, counts)
        for _ in 0..<300 {
            let length = Int.random(in: 1...600, using: &generator)
            // No further back than the seconds that are kept.
            let end = Int.random(in: 1_000...1_100, using: &generator)
            let sum = counts.dropFirst(end - length).reduce(0, +)
            let now = start + end - 1
            #expect(
                requests(history, seconds: length, now: now) == sum,
                "\(length) s to \(end), seed \(seed)")
        }
    }

    @Test("adds up the latencies too")
    func latencies() throws {
        let registry = RecorderRegistry(workers: 1)
        let recorder = registry.version(worker: 0, route: "sentiment", version: "v1")
        var history = FigureHistory()
        for second in 0..<120 {
            // 10 ms at first, later 20 ms.
            for _ in 0..<10 { recorder.finished(.make(total: second < 60 ? 10_000 : 20_000)) }
            history.add(registry.snapshot().versions, second: second)
        }
        let last = try #require(history.window(seconds: 60, now: 119)[key])
        #expect(last.total.count == 600 && last.total.sumMicroseconds == 12_000_000)
        let all = try #require(history.window(seconds: 120, now: 119)[key])
        #expect(all.total.count == 1_200 && all.total.sumMicroseconds == 18_000_000)
        let median = try #require(last.total.quantile(0.5))
        #expect(abs(median.microseconds - 20_000) < 200)
    }
}
