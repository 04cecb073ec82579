// Notices that files have changed, and waits until they are still: pure.

import RouteFiles

/// Compares what a folder looks like now with what was loaded.
struct FolderWatch: Sendable {
    private var loaded: [FileStamp]
    private var previous: [FileStamp]

    /// Whether nothing has differed from what was loaded when the folder was last looked at.
    var isSettled: Bool { previous == loaded }

    /// Begins with what has just been loaded.
    init(loaded: [FileStamp]) {
        self.loaded = loaded
        previous = loaded
    }

    /// Whether to load again: when the files differ from those loaded and have stopped changing,
    /// for an editor may still be writing. Says so once for each change.
    mutating func hasChanged(_ now: [FileStamp]) -> Bool {
        defer { previous = now }
        guard now != loaded, now == previous else { return false }
        loaded = now
        return true
    }
}
