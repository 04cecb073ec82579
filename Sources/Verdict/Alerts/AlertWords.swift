// What is said of alerts, in one sentence.

import Plan

/// The sentences of messages and of `sluice status`.
package enum AlertWords {
    /// What holds.
    package static func firing(_ subject: AlertSubject, _ instance: AlertInstance) -> String {
        let figure = instance.figure.map { figure in
            let side = figure.isMost ? "above" : "below"
            return "\(text(figure.value, figure)), \(side) \(text(figure.limit, figure))"
        }
        let route = subject.route ?? "?"
        let version = subject.version ?? "?"
        return switch instance.kind {
        case .latency, .errors:
            "\(instance.figure?.metric ?? "the figure") of \(version) on \(route) is "
                + (figure ?? "beyond its limit")
        case .rollback: "\(version) was taken out: the ramp of \(route) is rolled back"
        case .requestRate:
            "\(route) gets \(figure ?? "beyond the limit"), of the requests that are usual at "
                + "this hour"
        case .reloadFailed: "the route files are not loaded; the last good ones are served"
        case .certificatesFailed:
            "the certificates on disk are not loaded; the last good ones are used"
        case .certificateExpires: ends(subject, instance)
        }
    }

    /// That it is over, and how long it held.
    static func resolved(
        _ subject: AlertSubject, _ instance: AlertInstance, dayMilliseconds day: Int
    ) -> String {
        let held = "after \(FigureText.duration(max(0, day - instance.sinceMilliseconds)))"
        let now = instance.figure.map { text($0.value, $0) }
        let route = subject.route ?? "?"
        return switch instance.kind {
        case .latency, .errors:
            now.map {
                "\(instance.figure?.metric ?? "the figure") of \(subject.version ?? "?") on "
                    + "\(route) is \($0) again, \(held)"
            } ?? "too few requests to \(subject.version ?? "?") on \(route) to say more, \(held)"
        case .rollback: "the ramp of \(route) is rolled back no more, \(held)"
        case .requestRate:
            "\(route) gets \(now.map { "\($0) of " } ?? "about ")the usual requests, \(held)"
        case .reloadFailed: "the route files are loaded again, \(held)"
        case .certificatesFailed: "the certificates are loaded again, \(held)"
        case .certificateExpires:
            "the certificate \(subject.certificate ?? "?") is good for \(now ?? "long enough")"
        }
    }

    /// That nobody looks for it any more.
    static func gone(
        _ subject: AlertSubject, _ instance: AlertInstance, dayMilliseconds day: Int
    ) -> String {
        let held = FigureText.duration(max(0, day - instance.sinceMilliseconds))
        let place = [subject.route, subject.version, subject.certificate].compactMap(\.self)
        let what = place.isEmpty ? "it" : place.joined(separator: " ")
        return "\(subject.alert): \(what) is not watched any more, after \(held)"
    }

    private static func ends(_ subject: AlertSubject, _ instance: AlertInstance) -> String {
        let name = "the certificate \(subject.certificate ?? "?")"
        guard let figure = instance.figure else { return "\(name) ends soon" }
        return figure.value > 0
            ? "\(name) ends in \(text(figure.value, figure)), in less than "
                + text(figure.limit, figure)
            : "\(name) has ended \(text(-figure.value, figure)) ago"
    }

    /// A number with its unit.
    package static func text(_ number: Double, _ figure: AlertFigure) -> String {
        switch figure.unit {
        case .milliseconds: FigureText.latency(number * 1_000)
        case .percent: "\(FigureText.decimal(number)) %"
        case .days: "\(FigureText.decimal(number)) days"
        }
    }
}
