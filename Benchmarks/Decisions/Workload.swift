// Independent pieces of work, shared out over threads.

/// Runs pieces 0 ..< count on so many threads, and returns their results in order.
func results<Result: Sendable>(
    of count: Int, threads: Int, _ work: @escaping @Sendable (Int) -> Result
) async -> [Result] {
    await withTaskGroup(of: [(Int, Result)].self) { group in
        for thread in 0..<threads {
            group.addTask {
                stride(from: thread, to: count, by: threads).map { ($0, work($0)) }
            }
        }
        var all: [(Int, Result)] = []
        for await part in group { all += part }
        return all.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
