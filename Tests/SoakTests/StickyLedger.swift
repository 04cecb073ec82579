// Who has seen which version: callers stay where they are unless their share goes.

import Synchronization

/// What is known of the sticky callers. Between two windows the split is changed.
final class StickyLedger: Sendable {
    private struct State {
        var window: Int?
        var lastWindow = 0
        var growing = ""
        var seen: [Int: (window: Int, version: String)] = [:]
        var checks = 0
        var moves = 0
        var faults: [String] = []
    }

    private let state = Mutex(State())

    /// Answers that were compared with an earlier one of the same window.
    var checks: Int { state.withLock { $0.checks } }
    /// Callers that followed a change of the split.
    var moves: Int { state.withLock { $0.moves } }
    var faults: [String] { state.withLock { $0.faults } }

    /// The split holds everywhere from here on; `growing` has got more of it than before.
    func openWindow(growing: String) {
        state.withLock { state in
            state.lastWindow += 1
            state.window = state.lastWindow
            state.growing = growing
        }
    }

    /// The split is about to change.
    func closeWindow() {
        state.withLock { $0.window = nil }
    }

    /// The window that is open when a request is sent.
    var ticket: Int? { state.withLock { $0.window } }

    /// Takes an answer, which counts if its window has been open all the time.
    func note(user: Int, version: String, ticket: Int?) {
        state.withLock { state in
            guard let ticket, ticket == state.window else { return }
            defer { state.seen[user] = (ticket, version) }
            guard let seen = state.seen[user] else { return }
            if seen.window == ticket { state.checks += 1 }
            if seen.version == version { return }
            if seen.window == ticket {
                state.faults.append("user-\(user): \(seen.version), then \(version), same split")
            } else if seen.window == ticket - 1 {
                state.moves += 1
                if version != state.growing {
                    state.faults.append(
                        "user-\(user) went to \(version), but \(state.growing) had grown")
                }
            }
        }
    }
}
