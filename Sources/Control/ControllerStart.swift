// What has to be there before the first worker runs.

import DataPlane
import Journal
import Logging
import NIOCore
import Pairing
import Plan
import Recording
import RouteFiles
import TLS

/// Everything that a controller begins with, loaded and checked.
struct ControllerStart {
    private static let longestClaimMilliseconds = 5_000

    let routes: String
    let overrides: GatewayOverrides
    let logger: Logger
    let files: LoadedFiles
    let certificates: [ServerCertificate]
    let journal: Journal
    let keeper: OwnershipKeeper
    let ramps: [String: LiveRamp]
    let latches: [String: Set<String>]
    /// What followed from the files and is written already.
    let entries: [JournalEntry]
    let webhooks: WebhookSender
    let plan: Plan
    let workers: Int
    let recorders: RecorderRegistry
    let desk: PairDesk
    /// What the journal knew of the pairs of shadows.
    let tallies: [KeptTally]
    let accessLog: AccessLogSink?
    let traces: TraceSink?
    let lookup: NameLookup
    let names: NameSchedule
    let ticketKeys: TicketKeys
    let routesWatch: FolderWatch
    let certificatesWatch: FolderWatch
    let routesNotice: FolderNotice

    static func prepare(
        routes: String, overrides: GatewayOverrides, logger: Logger
    ) async throws -> ControllerStart {
        // Looked at before they are read: a change in between is then seen as one.
        let routesNotice = FolderNotice(routes)
        let routesWatch = FolderWatch(loaded: RouteFolder.fingerprint(routes))
        let files = try RouteFolder.load(folder: routes, overrides: overrides)
        for warning in files.warnings { logger.warning("\(warning)") }
        let certificatesWatch = FolderWatch(
            loaded: CertificateFolder.fingerprint(files.gateway.certificates))
        let certificates = try CertificateFolder.read(files.gateway.certificates)
        // Before the journal, whose folder would be left behind by a log that cannot be opened.
        let accessLog = try files.gateway.accessLog.map {
            try AccessLogSink($0, mostWaitingBytes: files.limits.accessLogBytes) { change in
                switch change {
                case .lost(let problem): logger.warning("the access log loses lines: \(problem)")
                case .written: logger.info("the access log is written again")
                }
            }
        }
        let journal = try Journal(folder: files.gateway.state)
        try await claim(journal, files.gateway.state)
        let ramps = try RampStart(files, journal)
        try journal.record(ramps.entries, ownerships: ramps.changes)
        let plan = ramps.plan(files)
        let lookup = NameLookup()
        var names = NameSchedule()
        let answers = await lookup.find(PlanBuilder.names(in: files.routes).sorted())
        take(answers, into: &names, limits: plan.limits, logger: logger)
        let tallies = Self.tallies(journal, logger)
        let workers = files.gateway.workers > 0 ? files.gateway.workers : System.coreCount
        let recorders = RecorderRegistry(workers: workers)
        let traces = files.gateway.tracing.map {
            TraceSink($0, mostOfWorker: files.limits.traceSpans, workers: workers)
        }
        return ControllerStart(
            routes: routes, overrides: overrides, logger: logger, files: files,
            certificates: certificates, journal: journal, keeper: ramps.keeper,
            ramps: ramps.live, latches: ramps.latches, entries: ramps.entries,
            webhooks: try webhooks(files, journal, logger), plan: plan,
            workers: workers, recorders: recorders,
            desk: PairDesk(recorders: recorders, firstWorker: workers, kept: tallies),
            tallies: tallies,
            accessLog: accessLog, traces: traces, lookup: lookup, names: names,
            ticketKeys: .random(),
            routesWatch: routesWatch, certificatesWatch: certificatesWatch,
            routesNotice: routesNotice)
    }

    /// Waits a moment for a gateway that is just ending. Two with one state would decide on the
    /// same ramps, and each take the other's alerts and decisions for its own.
    private static func claim(_ journal: Journal, _ folder: String) async throws {
        let until = Clock.milliseconds + longestClaimMilliseconds
        while !journal.claim() {
            if Clock.milliseconds >= until { throw StateInUse(folder: folder) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Nothing hangs on them: without, what is compared is counted anew.
    private static func tallies(_ journal: Journal, _ logger: Logger) -> [KeptTally] {
        do {
            return try journal.tallies()
        } catch {
            logger.warning("what pairs of shadows came to is counted anew: \(error)")
            return []
        }
    }

    /// Signs with the operator's secret, or with one of the state directory.
    private static func webhooks(
        _ files: LoadedFiles, _ journal: Journal, _ logger: Logger
    ) throws -> WebhookSender {
        let secret =
            try files.gateway.webhookSecretFile.map { try WebhookSecret(file: $0) }
            ?? WebhookSecret.kept(in: files.gateway.state)
        var limits = WebhookLimits()
        limits.attempts = files.limits.webhookAttempts
        limits.waiting = files.limits.webhookWaiting
        return WebhookSender(journal: journal, secret: secret, logger: logger, limits: limits)
    }

    static func take(
        _ answers: [String: NameAnswer], into names: inout NameSchedule, limits: Plan.Limits,
        logger: Logger
    ) {
        for (name, answer) in answers {
            if let problem = answer.problem {
                logger.warning(
                    "an endpoint's name cannot be resolved",
                    metadata: ["name": "\(name)", "problem": "\(problem)"])
            }
            names.take(answer, for: name, nowMilliseconds: Clock.milliseconds, limits: limits)
        }
    }
}

/// Another gateway has the state directory.
struct StateInUse: Error, CustomStringConvertible {
    let folder: String

    var description: String {
        "another gateway uses the state in \(folder); what both decide would get mixed; end it, or "
            + "name another folder with --state"
    }
}
