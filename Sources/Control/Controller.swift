// Keeps the running gateway as the files say: loads, resolves, journals, publishes, samples.

import DataPlane
import Glibc
import Journal
package import Logging
import Pairing
package import Plan
package import Recording
package import RouteFiles
import Splitting
import TLS
import Verdict

/// The one who hands the data plane what has changed. Nothing on a request's way waits for it.
package actor Controller {
    /// Between two looks at the folders.
    private static let watchMilliseconds = 250
    /// Between two looks for an alarm of the workers.
    private static let alarmMilliseconds = 50
    /// A folder is looked at this often even without news, for links that lead out of it.
    private static let looksWithoutNews = 8

    /// Where clients connect, with the port that was really taken.
    package nonisolated let listen: ListenAddress
    private let routes: String
    private let overrides: GatewayOverrides
    let logger: Logger
    let journal: Journal
    let dataPlane: DataPlane
    let recorders: RecorderRegistry
    let desk: PairDesk
    private let pairKeeper: PairKeeper
    private let alertKeeper: AlertKeeper
    private let accessLog: AccessLogSink?
    private let exporter: TraceExporter?
    private let lookup: NameLookup
    private let started: GatewaySettings
    let startSecond = Clock.second
    /// What is decided, in the moment in which it takes effect.
    package nonisolated let feed = DecisionFeed()

    var files: LoadedFiles
    var plan: Plan
    var keeper: OwnershipKeeper
    private var names: NameSchedule
    private var certificates: [ServerCertificate]
    private var ticketKeys: TicketKeys
    private var ticketKeysDue: Int
    private var reloadResult: ReloadResult
    private var certificateResult: ReloadResult
    private var routesWatch: FolderWatch
    private var certificatesWatch: FolderWatch
    private let routesNotice: FolderNotice
    private var looks = 0
    var history = FigureHistory()
    var latest: Snapshot
    var ramps: [String: LiveRamp]
    var latches: [String: Set<String>]
    var newestStrata: [String: Int] = [:]
    var book = RampBook()
    var decisionCounts: [String: [DecisionKind: Int]] = [:]
    var rampsSeenMilliseconds = Clock.milliseconds
    var newestDecisions: [String: StoredDecision] = [:]
    var progressSecond = 0
    var historyMinute = Clock.second / 60
    var historyCounts: [VersionKey: VersionFigures] = [:]
    let webhooks: WebhookSender?
    var alerts: [ActiveAlert] = []
    private var isDraining = false
    private var isReloadAsked = false

    private init(_ start: ControllerStart, _ dataPlane: DataPlane) {
        listen = dataPlane.listen
        routes = start.routes
        overrides = start.overrides
        logger = start.logger
        journal = start.journal
        self.dataPlane = dataPlane
        recorders = start.recorders
        desk = start.desk
        pairKeeper = PairKeeper(
            desk: start.desk, journal: start.journal, logger: start.logger,
            stored: start.tallies)
        alertKeeper = AlertKeeper(
            journal: start.journal, webhooks: start.webhooks, logger: start.logger)
        accessLog = start.accessLog
        exporter = start.traces.map { TraceExporter($0, logger: start.logger) }
        lookup = start.lookup
        started = start.plan.gateway
        files = start.files
        plan = start.plan
        keeper = start.keeper
        names = start.names
        certificates = start.certificates
        ticketKeys = start.ticketKeys
        ticketKeysDue = Clock.milliseconds + start.plan.limits.ticketKeyMilliseconds
        reloadResult = ReloadResult(
            isSuccessful: true, second: Clock.second,
            problems: start.files.warnings.map(\.description))
        certificateResult = ReloadResult(isSuccessful: true, second: Clock.second, problems: [])
        routesWatch = start.routesWatch
        certificatesWatch = start.certificatesWatch
        routesNotice = start.routesNotice
        latest = start.recorders.snapshot()
        ramps = start.ramps
        latches = start.latches
        webhooks = start.webhooks
        newestStrata = start.ramps.mapValues(\.engine.state.stratum)
        for entry in start.entries {
            decisionCounts[entry.route, default: [:]][entry.decision.kind, default: 0] += 1
        }
    }

    /// Loads everything and starts the data plane; throws words for people, with nothing running.
    package static func start(
        routes: String, overrides: GatewayOverrides, logger: Logger
    ) async throws -> Controller {
        let start = try await ControllerStart.prepare(
            routes: routes, overrides: overrides, logger: logger)
        var beginning = DataPlane.Start(
            plan: start.plan, certificates: start.certificates, ticketKeys: start.ticketKeys,
            addresses: start.names.addresses, recorders: start.recorders,
            accessLog: start.accessLog)
        beginning.pairs = start.desk
        beginning.traces = start.traces
        start.desk.use(start.plan)
        do {
            let dataPlane = try await DataPlane.start(beginning, workers: start.workers)
            return Controller(start, dataPlane)
        } catch {
            await start.desk.close()
            throw error
        }
    }

    // MARK: The running gateway

    /// Watches, samples, judges and resolves until it is cancelled.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.keepUp() }
            // Apart, so that a slow name server keeps nobody from rolling back.
            group.addTask { await self.judge() }
            group.addTask { await self.pairKeeper.run() }
            group.addTask { await self.alertKeeper.run(for: self) }
            if let webhooks { group.addTask { await webhooks.run() } }
            if let exporter { group.addTask { await exporter.run() } }
        }
    }

    private func keepUp() async {
        while !Task.isCancelled {
            await watchFolders()
            await resolveNames()
            rotateTicketKeys()
            try? await Task.sleep(for: .milliseconds(Self.watchMilliseconds))
        }
    }

    private func judge() async {
        var nextSample = Clock.milliseconds
        while !Task.isCancelled {
            watchRamps()
            let now = Clock.milliseconds
            if now >= nextSample {
                sample()
                keepProgress()
                keepHistory()
                nextSample = max(nextSample + 1_000, now)
            }
            try? await Task.sleep(for: .milliseconds(Self.alarmMilliseconds))
        }
    }

    /// Has the files loaded again and the access log opened anew, as SIGHUP asks.
    package func reload() {
        isReloadAsked = true
        do {
            try accessLog?.reopen()
        } catch {
            logger.error("\(error)")
        }
    }

    /// Finishes what is under way and ends the data plane.
    package func drain() async {
        isDraining = true
        journal.release()
        logger.info("draining: no new connections; waiting for requests under way")
        await dataPlane.drain(plan.limits)
        await exporter?.end()
        await desk.close()
        await pairKeeper.keep(withTallies: true)
        await lookup.close()
    }

    private func sample() {
        latest = recorders.snapshot()
        history.add(latest.versions, second: Clock.milliseconds / 1_000)
    }

    private func rotateTicketKeys() {
        guard Clock.milliseconds >= ticketKeysDue else { return }
        ticketKeysDue = Clock.milliseconds + plan.limits.ticketKeyMilliseconds
        ticketKeys = ticketKeys.rotated()
        dataPlane.use(ticketKeys: ticketKeys)
    }

    // MARK: Folders

    private func watchFolders() async {
        looks += 1
        // Taken before anything is awaited: another wish may come meanwhile.
        let isAsked = isReloadAsked && book.isDue(Clock.milliseconds)
        if isAsked { isReloadAsked = false }
        let mayDiffer =
            routesNotice.takeNews() || !routesWatch.isSettled || looks % Self.looksWithoutNews == 0
        let hasChanged = mayDiffer && routesWatch.hasChanged(RouteFolder.fingerprint(routes))
        if hasChanged || isAsked {
            await loadRoutes()
        }
        let folder = started.certificates
        if certificatesWatch.hasChanged(CertificateFolder.fingerprint(folder)) || isAsked {
            loadCertificates(folder)
        }
    }

    /// Loads the files as a whole; what is wrong leaves everything as it was.
    private func loadRoutes() async {
        do {
            let files = try RouteFolder.load(folder: routes, overrides: overrides)
            // First, for what follows must not be interrupted: a ramp may move at any moment.
            await resolve(PlanBuilder.names(in: files.routes))
            try adopt(files)
        } catch let failure as LoadFailure {
            failed(failure.diagnostics.map(\.description))
        } catch let error as JournalError {
            // The files are good: they are taken up once the journal can be written.
            if book.problem == nil || reloadResult.isSuccessful { failed(["\(error)"]) }
            book.failed(error, nowMilliseconds: Clock.milliseconds)
            isReloadAsked = true
        } catch {
            failed(["\(error)"])
        }
    }

    /// Serves other files, once what follows from them is written.
    private func adopt(_ files: LoadedFiles) throws(JournalError) {
        let planning = RampPlanning(
            files.routes, present: ramps.mapValues(\.engine.state), latched: latches,
            newest: newestStrata)
        let shares = PlanBuilder.candidateShares(planning.engines)
        let changes = keeper.changes(for: files.routes, candidateShares: shares)
        let entries = planning.entries { ramps[$0]?.notify ?? [] }
        // On the disk before traffic follows it: a restart must not undo it.
        if !entries.isEmpty || !changes.isEmpty {
            let written = book.waiting + entries
            let ids = try journal.record(written, ownerships: changes)
            book.wrote()
            tell(written, ids)
        }
        keeper.apply(changes)
        for entry in entries { note(entry) }
        adopt(planning.engines, of: files.routes)
        let plan = PlanBuilder.plan(
            files, revision: self.plan.revision + 1, ownerships: keeper,
            ramps: ramps.mapValues(\.engine.state))
        publish(files, plan)
        webhooks?.wake()
    }

    /// Takes over the ramps of other files; those that are as before keep what they have seen.
    private func adopt(_ engines: [String: RampEngine], of routes: [RouteDefinition]) {
        var adopted: [String: LiveRamp] = [:]
        for route in routes {
            guard let engine = engines[route.name] else { continue }
            let notify = route.canary?.notify ?? []
            var ramp =
                ramps[route.name]
                ?? LiveRamp(route: route.name, engine: engine, notify: notify, carried: nil)
            if ramp.engine.state != engine.state { ramp.engine = engine }
            ramp.notify = notify
            ramp.use(keeper.ownership(of: route))
            ramp.settle(at: Clock.milliseconds + Self.settleMilliseconds)
            newestStrata[route.name] = max(
                newestStrata[route.name] ?? 0, engine.state.stratum)
            adopted[route.name] = ramp
        }
        ramps = adopted
        newestDecisions = newestDecisions.filter { adopted[$0.key] != nil }
    }

    private func publish(_ files: LoadedFiles, _ plan: Plan) {
        self.files = files
        self.plan = plan
        // Before the workers: they may hand over pairs of this plan at once.
        desk.use(plan)
        dataPlane.publish(plan)
        let keys = plan.routes.flatMap { route in
            route.versions.flatMap { version in
                RequestRole.allCases.map {
                    VersionKey(route: route.name, version: version.name, role: $0)
                }
            }
        }
        recorders.forget(except: Set(keys))
        let problems = files.warnings.map(\.description) + needsRestart(plan.gateway)
        reloadResult = ReloadResult(isSuccessful: true, second: Clock.second, problems: problems)
        logger.info("configuration loaded", metadata: ["routes": "\(plan.routes.count)"])
        for problem in problems { logger.warning("\(problem)") }
    }

    private func failed(_ problems: [String]) {
        reloadResult = ReloadResult(isSuccessful: false, second: Clock.second, problems: problems)
        logger.error("the configuration was not loaded; the last good one is served on")
        for problem in problems { logger.error("\(problem)") }
    }

    /// Settings that belong to sockets, threads and folders hold until the next start.
    private func needsRestart(_ now: GatewaySettings) -> [String] {
        var changed: [String] = []
        if now.listen != started.listen { changed.append("listen") }
        if now.admin != started.admin { changed.append("admin") }
        if now.adminTokenFile != started.adminTokenFile { changed.append("admin_token_file") }
        if now.adminTokens != started.adminTokens { changed.append("admin_tokens") }
        if now.adminNames != started.adminNames { changed.append("admin_names") }
        if now.workers != started.workers { changed.append("workers") }
        if now.certificates != started.certificates { changed.append("certificates") }
        if now.state != started.state { changed.append("state") }
        if now.accessLog != started.accessLog { changed.append("access_log") }
        if now.log != started.log { changed.append("log") }
        if now.tracing != started.tracing { changed.append("tracing") }
        if now.dogStatsD != started.dogStatsD { changed.append("dogstatsd") }
        if now.webhookSecretFile != started.webhookSecretFile {
            changed.append("webhook_secret_file")
        }
        return changed.map { "\(routes)/gateway.yaml: warning: \($0) changed; restart to use it" }
    }

    private func loadCertificates(_ folder: String) {
        do {
            let found = try CertificateFolder.read(folder)
            if found == certificates && certificateResult.isSuccessful { return }
            try dataPlane.use(certificates: found, ticketKeys: ticketKeys)
            certificates = found
            certificateResult = ReloadResult(isSuccessful: true, second: Clock.second, problems: [])
            logger.info("certificates loaded", metadata: ["certificates": "\(found.count)"])
        } catch {
            certificateResult = ReloadResult(
                isSuccessful: false, second: Clock.second, problems: ["\(error)"])
            logger.error(
                "the certificates were not loaded; the last good ones are used on: \(error)")
        }
    }

    // MARK: Names

    private func resolveNames() async {
        let wanted = PlanBuilder.names(in: files.routes)
        names.keep(only: wanted)
        await resolve(wanted)
    }

    private func resolve(_ wanted: Set<String>) async {
        let due = names.due(among: wanted, nowMilliseconds: Clock.milliseconds)
        guard !due.isEmpty else { return }
        let before = names.addresses
        let answers = await lookup.find(due)
        ControllerStart.take(answers, into: &names, limits: plan.limits, logger: logger)
        let changed = names.addresses.filter { before[$0.key] != $0.value }
        if !changed.isEmpty { dataPlane.publish(addresses: changed) }
    }

    // MARK: What is seen

    /// The gateway at this moment, or with what had been counted at another.
    package func state(counted: Snapshot? = nil) -> GatewayState {
        GatewayState(
            plan: plan, reload: reloadResult, certificates: certificateResult,
            isDraining: isDraining, startSecond: startSecond,
            snapshot: counted ?? recorders.snapshot(),
            certificateEnds: Dictionary(
                certificates.map { ($0.label, $0.notAfter) }, uniquingKeysWith: max),
            ramps: ramps.mapValues(\.engine.state), journalProblem: book.problem,
            decisions: decisionCounts, shadows: shadows, alerts: alerts,
            traces: exporter?.counters)
    }

    /// What was counted in the last so many seconds.
    package func window(seconds: Int) -> [VersionKey: VersionFigures] {
        sample()
        return history.window(seconds: seconds, now: Clock.milliseconds / 1_000)
    }
}
