// What is told of the gateway itself, its connections, its webhooks and its process.

import Control
import DataPlane
import Plan
import Recording
import Verdict

extension MetricReading {
    mutating func readGateway(_ state: GatewayState) {
        begin(.buildInfo)
        sample(1, [BuildInfo.version, BuildInfo.openSSL])
        single(.startTimestamp, state.startSecond)
        single(.draining, state.isDraining ? 1 : 0)
        single(.reloadSuccessful, state.reload.isSuccessful ? 1 : 0)
        single(.reloadTimestamp, state.reload.second)
        single(.revision, Int(clamping: state.plan.revision))
        single(.certificatesSuccessful, state.certificates.isSuccessful ? 1 : 0)
        begin(.certificateExpiry)
        for (label, end) in state.certificateEnds.sorted(by: { $0.key < $1.key }) {
            sample(end, [label])
        }
        single(.journalWritable, state.journalProblem == nil ? 1 : 0)
        readAlerts(state.alerts)
    }

    /// Those of one rule that differ in their certificate alone are counted together.
    private mutating func readAlerts(_ alerts: [ActiveAlert]) {
        begin(.alerts)
        let counts = Dictionary(grouping: alerts) { alert in
            [
                alert.subject.alert, alert.subject.route ?? "", alert.subject.version ?? "",
                alert.instance.phase.rawValue,
            ]
        }
        let sorted = counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (labels, alerts) in sorted { sample(alerts.count, labels) }
    }

    mutating func readConnections(_ figures: WorkerFigures) {
        single(.openConnections, figures.openConnections)
        let counters: [(MetricFamily, WorkerCounter)] = [
            (.connections, .connectionsAccepted), (.connectionsRefused, .connectionsRefused),
            (.handshakes, .handshakes), (.handshakesResumed, .handshakesResumed),
            (.handshakesFailed, .handshakesFailed), (.http2Connections, .http2Connections),
        ]
        for (family, counter) in counters { single(family, figures.count(counter)) }
        begin(.http2Abuse)
        for abuse in HTTP2Abuse.allCases { sample(figures.count(abuse), [abuse.name]) }
        single(.tunnels, figures.count(.tunnels))
        begin(.problems)
        for error in GatewayError.allCases { sample(figures.count(error), ["\(error.slug)"]) }
        single(.retries, figures.count(.retries))
        single(.accessLogDropped, figures.count(.accessLogDropped))
        single(.logDropped, GatewayLog.lostLines)
    }

    mutating func readTraces(_ traces: TraceSink.Counters?) {
        let counters = traces ?? TraceSink.Counters()
        single(.traceSpansExported, counters.exported)
        begin(.traceSpansDropped)
        sample(counters.full, ["full"])
        sample(counters.failed, ["failed"])
        sample(counters.rejected, ["rejected"])
    }

    mutating func readDogStatsD(_ counters: DogStatsDExporter.Counters?) {
        let counters = counters ?? DogStatsDExporter.Counters()
        begin(.dogStatsDDatagrams)
        sample(counters.sent, ["sent"])
        sample(counters.failed, ["failed"])
        sample(counters.full, ["full"])
    }

    mutating func readWebhooks(_ counters: WebhookCounters?) {
        begin(.webhooks)
        if let counters {
            sample(counters.delivered, ["delivered"])
            sample(counters.failed, ["failed"])
            sample(counters.dropped, ["dropped"])
        }
        begin(.webhooksWaiting)
        if let waiting = counters?.waiting { sample(waiting) }
    }

    mutating func readProcess(_ figures: ProcessFigures?) {
        begin(.cpu)
        if let seconds = figures?.cpuSeconds { sample(seconds) }
        let gauges: [(MetricFamily, Int?)] = [
            (.residentMemory, figures?.residentBytes), (.virtualMemory, figures?.virtualBytes),
            (.openDescriptors, figures?.openDescriptors),
            (.mostDescriptors, figures?.mostDescriptors),
        ]
        for (family, value) in gauges {
            begin(family)
            if let value { sample(value) }
        }
        begin(.processStart)
        if let second = figures?.startSecond { sample(second) }
    }
}
