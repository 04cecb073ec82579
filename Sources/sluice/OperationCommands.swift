// `sluice promote`, `pause`, `resume`, `abort`, `retry`: an operator's verbs on a ramp.

import Admin
import ArgumentParser
import Foundation
import Verdict

/// What every verb takes, and how it is asked for.
struct OperationOptions: ParsableArguments {
    @Argument(help: "The route.")
    var route: String

    @Option(help: "Why, for the journal.")
    var reason = ""

    @OptionGroup var admin: AdminOptions

    /// Asks the gateway and shows the decision that followed.
    func ask(_ verb: RampVerb) async throws {
        let path = "/api/v1/routes/\(Self.escaped(route))/\(verb.rawValue)"
        let actor = String(NSUserName().prefix(64))
        let decision = try await AdminClient.use(admin.place) { client in
            try await client.post(
                path, OperationRequest(actor: actor.isEmpty ? "cli" : actor, reason: reason),
                as: DecisionDocument.self)
        }
        let place = decision.id > 0 ? "decision \(decision.id)" : "not in the journal yet"
        try Terminal.show(Terminal.printable("\(decision.summary) (\(place))") + "\n")
    }

    /// What stands in a URL as it is (RFC 3986 §2.3).
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    /// A name as one segment of a path.
    static func escaped(_ name: String) -> String {
        name.addingPercentEncoding(withAllowedCharacters: unreserved) ?? name
    }
}

/// Lets a ramp go on to its next step.
struct PromoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Lets a ramp go on to its next step now, whatever it waits for.")

    @OptionGroup var options: OperationOptions

    func run() async throws { try await options.ask(.promote) }
}

/// Stops a ramp where it is.
struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Stops a ramp where it is; it is watched on, and rolled back if need be.")

    @OptionGroup var options: OperationOptions

    func run() async throws { try await options.ask(.pause) }
}

/// Lets a paused ramp go on.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Lets a paused ramp go on.")

    @OptionGroup var options: OperationOptions

    func run() async throws { try await options.ask(.resume) }
}

/// Takes a candidate out.
struct AbortCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Sends everybody back to the stable version; only retry begins anew.")

    @OptionGroup var options: OperationOptions

    func run() async throws { try await options.ask(.abort) }
}

/// Begins a ramp anew.
struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Begins a ramp anew after a rollback or an abort.")

    @OptionGroup var options: OperationOptions

    func run() async throws { try await options.ask(.retry) }
}
