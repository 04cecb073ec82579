// The command line: `sluice <command>`.

import Admin
import ArgumentParser
import Foundation

/// The root command, which only knows the others.
@main
struct Sluice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "A traffic-splitting API gateway for model services.",
        discussion: """
            Exit codes: 0 good, 1 the answer is "no", 2 wrong usage, 3 no gateway was reached.
            """,
        version: "sluice \(BuildInfo.version)",
        subcommands: [
            RunCommand.self, DemoCommand.self, CheckCommand.self, DiffCommand.self,
            ExplainCommand.self, StatusCommand.self, WatchCommand.self, DiffsCommand.self,
            PromoteCommand.self, PauseCommand.self, ResumeCommand.self, AbortCommand.self,
            RetryCommand.self,
            ReplayCommand.self, CertsCommand.self, SampleModelCommand.self,
            MetricsTableCommand.self,
        ])

    static func main() async {
        // A reader that goes away is an error of writing, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        // So is a file that may not grow any more.
        signal(SIGXFSZ, SIG_IGN)
        // A hang-up asks a gateway to reload, and must not end one that is not that far yet.
        if CommandLine.arguments.dropFirst().first == "run" { signal(SIGHUP, SIG_IGN) }
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            if !failure.message.isEmpty { Terminal.complain(failure.message) }
            Foundation.exit(failure.code)
        } catch {
            end(for: error)
        }
    }

    /// Ends after an error of the parser: help goes to standard output, wrong usage is 2.
    private static func end(for error: any Error) -> Never {
        let code = exitCode(for: error)
        switch code {
        case .success:
            print(fullMessage(for: error))
            Foundation.exit(0)
        case .validationFailure:
            let help = "see `sluice --help`"
            Terminal.complain("error: \(message(for: error)); \(help)")
            Foundation.exit(CommandFailure.usage)
        default:
            let text = message(for: error)
            if !text.isEmpty { Terminal.complain("error: \(text)") }
            Foundation.exit(code.rawValue)
        }
    }
}

/// Why a command ends without success.
struct CommandFailure: Error {
    /// The answer is "no".
    static let no: Int32 = 1
    /// Wrong usage.
    static let usage: Int32 = 2
    /// The gateway cannot be reached.
    static let unreachable: Int32 = 3

    let code: Int32
    let message: String
}
