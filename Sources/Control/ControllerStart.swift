// What has to be there before the first worker runs.

import DataPlane
import Journal
import Logging
import NIOCore
import Plan
import Recording
import RouteFiles
import TLS

/// Everything that a controller begins with, loaded and checked.
struct ControllerStart {
    let routes: String
    let overrides: GatewayOverrides
    let logger: Logger
    let files: LoadedFiles
    let certificates: [ServerCertificate]
    let journal: Journal
    let keeper: OwnershipKeeper
    let plan: Plan
    let workers: Int
    let recorders: RecorderRegistry
    let accessLog: AccessLogSink?
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
            try AccessLogSink($0, mostWaitingBytes: files.limits.accessLogBytes)
        }
        let journal = try Journal(folder: files.gateway.state)
        var keeper = OwnershipKeeper(try journal.ownerships())
        let changes = keeper.changes(for: files.routes)
        try journal.store(ownerships: changes)
        keeper.apply(changes)
        let plan = PlanBuilder.plan(files, revision: 1, ownerships: keeper)
        let lookup = NameLookup()
        var names = NameSchedule()
        let answers = await lookup.find(PlanBuilder.names(in: plan).sorted())
        take(answers, into: &names, limits: plan.limits, logger: logger)
        let workers = files.gateway.workers > 0 ? files.gateway.workers : System.coreCount
        return ControllerStart(
            routes: routes, overrides: overrides, logger: logger, files: files,
            certificates: certificates, journal: journal, keeper: keeper, plan: plan,
            workers: workers, recorders: RecorderRegistry(workers: workers),
            accessLog: accessLog, lookup: lookup, names: names, ticketKeys: .random(),
            routesWatch: routesWatch, certificatesWatch: certificatesWatch,
            routesNotice: routesNotice)
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
