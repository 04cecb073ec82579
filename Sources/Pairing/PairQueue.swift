// Pairs that wait for their comparison: first come, first compared.

/// A bounded queue; whoever has it holds a lock.
struct PairQueue: Sendable {
    /// A pair, and whom to tell that its bytes are no longer held.
    struct Entry: Sendable {
        let pair: MirroredPair
        let done: @Sendable () -> Void
    }

    private var entries: [Entry?] = []
    private var first = 0
    /// Pairs that may wait.
    var most = 0

    /// How many wait.
    var count: Int { entries.count - first }

    /// Takes a pair if there is room.
    mutating func add(_ entry: Entry) -> Bool {
        if count >= most { return false }
        if first > most {
            entries.removeFirst(first)
            first = 0
        }
        entries.append(entry)
        return true
    }

    /// The one that has waited longest.
    mutating func take() -> Entry? {
        guard first < entries.count else { return nil }
        let entry = entries[first]
        entries[first] = nil
        first += 1
        if first == entries.count {
            entries.removeAll(keepingCapacity: true)
            first = 0
        }
        return entry
    }

    /// All of them.
    mutating func takeAll() -> [Entry] {
        defer {
            entries = []
            first = 0
        }
        return entries[first...].compactMap(\.self)
    }
}
