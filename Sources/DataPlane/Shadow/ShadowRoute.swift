// What a loop of shadows keeps of one shadow of a route.

import Comparison
import Plan
import Recording

/// One shadow, ready to be sent copies; made when the first one comes under a plan.
final class ShadowRoute {
    let shadow: Shadow
    let routeName: String
    /// The shadow's version by name.
    let name: String
    let stratum: Int
    let versionNames: [String]
    /// Where copies go, and by what timeouts.
    let target: RouteState
    let head: ShadowHead
    /// What is changed in bodies; nil for nothing.
    let rewrite: JSONRewrite?
    /// Counts the callers' requests that are mirrored.
    let mirrored: VersionRecorder
    private let route: Route
    private let worker: Worker
    private var controls: [Int: RouteState] = [:]

    init(_ route: Route, _ shadow: Shadow, worker: Worker) {
        self.route = route
        self.shadow = shadow
        self.worker = worker
        routeName = route.name
        name = route.versions[shadow.version].name
        stratum = route.stratum
        versionNames = route.versions.map(\.name)
        target = RouteState(
            copying: route, to: shadow.version, as: (name, .shadow), shadow.timeouts, worker: worker
        )
        head = ShadowHead(shadow.changes, route: route.name, version: name)
        // That the values are JSON was seen when the file was read.
        rewrite =
            shadow.changes.fields.isEmpty ? nil : try? JSONRewrite(shadow.changes.fields)
        mirrored = worker.recorders.version(
            worker: worker.index, route: route.name, version: name, role: .mirrored,
            stratum: route.stratum)
    }

    /// Where control copies of requests go that this version answers.
    func control(of version: Int) -> RouteState {
        if let known = controls[version] { return known }
        let made = RouteState(
            copying: route, to: version, as: (name, .control), shadow.timeouts, worker: worker)
        controls[version] = made
        return made
    }
}
