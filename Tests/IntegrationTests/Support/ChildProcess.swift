// One child process: started with files as its outputs, signalled and reaped by its id.

import Foundation
import Glibc
import Synchronization
import Waiting

/// A running program. Whoever starts one sees to it that it has ended: see `Scenario`.
final class ChildProcess: Sendable {
    /// How a process ended.
    enum End: Sendable, Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    /// Why a program could not be started.
    struct StartFailure: Error {
        let program: String
        let number: Int32
    }

    /// Signals that a child takes as usual, whatever this process does with them.
    private static let usualSignals = [SIGPIPE, SIGINT, SIGHUP, SIGTERM, SIGQUIT]

    let pid: pid_t
    let name: String
    private let outputPath: String
    private let errorPath: String
    private let ended = Mutex<End?>(nil)

    /// Starts a program that is found in PATH. Both outputs are files in `folder`, so that a child
    /// can never wait for a reader, unless others are named; standard input is a file or nothing.
    init(
        _ program: String, _ arguments: [String], folder: String, label: String,
        input: String? = nil, output: String? = nil, errors: String? = nil,
        environment: [String: String]
    ) throws {
        name = ([program] + arguments).joined(separator: " ")
        outputPath = output ?? "\(folder)/\(label).out"
        errorPath = errors ?? "\(folder)/\(label).err"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let write = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, write, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorPath, write | O_APPEND, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in Self.usualSignals { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
        // `env` changes the folder and becomes the program: the id stays the same.
        let words = ["env", "-C", folder, program] + arguments
        var argumentList = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in argumentList + variables { free(word) } }
        var pid: pid_t = 0
        let result = posix_spawnp(
            &pid, "env", &actions, &attributes, &argumentList, &variables)
        guard result == 0 else { throw StartFailure(program: program, number: result) }
        self.pid = pid
    }

    /// What it has written to standard output so far.
    var outputData: Data { FileManager.default.contents(atPath: outputPath) ?? Data() }

    /// The same as text.
    var output: String { String(decoding: outputData, as: UTF8.self) }

    /// What it has written to standard error so far.
    var errors: String {
        String(decoding: FileManager.default.contents(atPath: errorPath) ?? Data(), as: UTF8.self)
    }

    /// Its end, if it has ended.
    var end: End? {
        ended.withLock { ended in
            if let ended { return ended }
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
            let signal = status & 0x7F
            ended = signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
            return ended
        }
    }

    /// Sends a signal, unless it has ended: its id may then be somebody else's.
    func send(_ signal: Int32) {
        ended.withLock { ended in
            if ended == nil { _ = kill(pid, signal) }
        }
    }

    /// Waits for its end.
    func waitForEnd(seconds: Double = Wait.seconds) async throws -> End {
        try await Wait.value("the end of \(name)", seconds: seconds) { self.end }
    }

    /// Ends it at once and reaps it; does nothing if it has ended.
    func destroy() {
        send(SIGKILL)
        ended.withLock { ended in
            if ended != nil { return }
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            ended = .signal(SIGKILL)
        }
    }
}
