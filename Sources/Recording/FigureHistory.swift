// The figures of the last minutes in steps of a second, and of the last day in steps of a minute.

/// A bounded history, fed once a second. Pure: the clock is an argument.
package struct FigureHistory: Sendable {
    private struct Step: Sendable {
        let startSecond: Int
        var versions: [VersionKey: VersionFigures]
    }

    /// Steps of a second that are kept.
    package static let mostSeconds = 600
    /// Steps of a minute that are kept.
    package static let mostMinutes = 1_440

    private var seconds: [Step] = []
    private var minutes: [Step] = []
    private var last: [VersionKey: VersionFigures] = [:]

    /// An empty history.
    package init() {}

    /// Takes the counts since the start, at a second of any clock that only goes forward.
    package mutating func add(_ counts: [VersionKey: VersionFigures], second: Int) {
        var changed: [VersionKey: VersionFigures] = [:]
        for (key, figures) in counts {
            let step = figures.since(last[key] ?? VersionFigures())
            if !step.isEmpty { changed[key] = step }
        }
        last = counts
        append(changed, second: second, length: 1, most: Self.mostSeconds, to: &seconds)
        append(changed, second: second, length: 60, most: Self.mostMinutes, to: &minutes)
    }

    private func append(
        _ changed: [VersionKey: VersionFigures], second: Int, length: Int, most: Int,
        to steps: inout [Step]
    ) {
        let start = second / length * length
        if let index = steps.indices.last, steps[index].startSecond == start {
            steps[index].versions.merge(changed) { Self.joined($0, $1) }
            return
        }
        if steps.count >= most { steps.removeFirst(steps.count - most + 1) }
        steps.append(Step(startSecond: start, versions: changed))
    }

    /// What was counted in the last so many seconds; beyond ten minutes in whole minutes.
    package func window(seconds length: Int, now: Int) -> [VersionKey: VersionFigures] {
        let isShort = length <= Self.mostSeconds
        let steps = isShort ? seconds : minutes
        let first = now - length
        var sum: [VersionKey: VersionFigures] = [:]
        for step in steps.reversed() {
            if step.startSecond <= first { break }
            sum.merge(step.versions) { Self.joined($1, $0) }
        }
        return sum
    }

    /// What the versions of a route did in each stretch of `step` seconds of the last so many; the
    /// stretches begin at multiples of `step` once `offset` is added, and so are told. The newest
    /// one may not be over. Bounded by what is kept in steps of a second.
    package func steps(
        of route: String, seconds length: Int, every step: Int, now: Int, offset: Int
    ) -> [(second: Int, versions: [String: VersionFigures])] {
        var stretches: [(second: Int, versions: [String: VersionFigures])] = []
        for entry in seconds where entry.startSecond > now - length {
            let start = (entry.startSecond + offset) / step * step
            if stretches.last?.second != start { stretches.append((start, [:])) }
            let place = stretches.count - 1
            for (key, figures) in entry.versions
            where key.route == route && key.role == .served {
                let earlier = stretches[place].versions[key.version] ?? VersionFigures()
                stretches[place].versions[key.version] = Self.joined(earlier, figures)
            }
        }
        return stretches
    }

    /// Two stretches of time one after the other: what is under way is that of the later one.
    private static func joined(_ earlier: VersionFigures, _ later: VersionFigures) -> VersionFigures
    {
        var sum = earlier.adding(later)
        sum.inFlight = later.inFlight
        return sum
    }
}
