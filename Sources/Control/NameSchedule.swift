// When which name has to be asked for again: pure, the clock is an argument.

import DataPlane
import Plan

/// The names among the endpoints, their addresses, and how long these are believed.
struct NameSchedule {
    private struct Entry {
        var addresses: [ResolvedAddress]
        var expires: Int
    }

    private var entries: [String: Entry] = [:]

    /// The addresses of all names that have some.
    var addresses: [String: [ResolvedAddress]] {
        entries.mapValues(\.addresses).filter { !$0.value.isEmpty }
    }

    /// Forgets names that no endpoint has any more.
    mutating func keep(only names: Set<String>) {
        entries = entries.filter { names.contains($0.key) }
    }

    /// Those of the names that are not known, or no longer.
    func due(among names: Set<String>, nowMilliseconds: Int) -> [String] {
        names.filter { (entries[$0]?.expires ?? .min) <= nowMilliseconds }.sorted()
    }

    /// Takes an answer. A name that nobody can resolve now keeps the addresses it had.
    mutating func take(
        _ answer: NameAnswer, for name: String, nowMilliseconds: Int, limits: Plan.Limits
    ) {
        let most = max(limits.nameLeastMilliseconds, limits.nameMostMilliseconds)
        let lasting = min(max(answer.seconds * 1_000, limits.nameLeastMilliseconds), most)
        let hasFailed = answer.addresses.isEmpty
        entries[name] = Entry(
            addresses: hasFailed ? entries[name]?.addresses ?? [] : answer.addresses,
            expires: nowMilliseconds + (hasFailed ? limits.nameLeastMilliseconds : lasting))
    }
}
