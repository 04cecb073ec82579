// What one worker keeps of one route: its own copies, so that workers share no reference counts.

import Plan
import Recording

/// One route on one worker, made when its first request arrives.
final class RouteState {
    /// The route's name.
    let name: String
    let timeouts: Timeouts
    let allowsUpgrade: Bool
    let showsVersion: Bool
    let grpcErrors: GRPCStatusSet
    let split: RouteSplit
    /// The stretch of the ramp, for traces; -1 without a ramp.
    let step: Int
    let versions: [VersionState]
    /// Who is sent where, for the sample-ratio check of a ramp; nil without one.
    let assignments: RouteAssignments?
    /// Who gets copies; nil if nobody does.
    let mirror: RouteMirror?

    /// The route at this place in the worker's plan.
    init(_ index: Int, worker: Worker) {
        let route = worker.plan.routes[index]
        name = route.name
        timeouts = route.timeouts
        allowsUpgrade = route.allowsUpgrade
        showsVersion = route.showsVersion
        grpcErrors = route.grpcErrors
        split = RouteSplit(route)
        step = route.canary == nil ? -1 : route.stratum
        versions = route.versions.map { version in
            VersionState(
                name: version.name,
                endpoints: version.endpoints.map(worker.pool(for:)),
                recorder: worker.recorders.version(
                    worker: worker.index, route: route.name, version: version.name,
                    stratum: route.stratum))
        }
        assignments = route.canary.map { canary in
            RouteAssignments(
                candidate: canary.candidate,
                recorder: worker.recorders.assignments(
                    worker: worker.index, route: route.name, stratum: route.stratum))
        }
        mirror = RouteMirror(index, of: worker.plan, worker: worker)
    }

    /// A way for copies: to one version only, by timeouts of their own, counted as `shadow` says.
    init(
        copying route: Route, to version: Int, as shadow: (name: String, role: RequestRole),
        _ timeouts: Timeouts, worker: Worker
    ) {
        name = route.name
        self.timeouts = timeouts
        allowsUpgrade = false
        showsVersion = false
        grpcErrors = route.grpcErrors
        split = RouteSplit(route)
        step = route.canary == nil ? -1 : route.stratum
        let target = route.versions[version]
        versions = [
            VersionState(
                name: target.name, endpoints: target.endpoints.map(worker.pool(for:)),
                recorder: worker.recorders.version(
                    worker: worker.index, route: route.name, version: shadow.name,
                    role: shadow.role, stratum: route.stratum))
        ]
        assignments = nil
        mirror = nil
    }
}

/// One version of a route on one worker.
final class VersionState {
    let name: [UInt8]
    let endpoints: [EndpointPool]
    let recorder: VersionRecorder

    init(name: String, endpoints: [EndpointPool], recorder: VersionRecorder) {
        self.name = Array(name.utf8)
        self.endpoints = endpoints
        self.recorder = recorder
    }
}

/// Where the assignments of a ramp are counted.
struct RouteAssignments {
    let candidate: Int
    let recorder: AssignmentRecorder

    /// Counts a choice that followed from the split, not from a tester's wish.
    func note(_ choice: VersionChoice) {
        switch choice.reason {
        case .sticky(_, let bucket): recorder.saw(bucket: bucket)
        case .drawn: recorder.drew(isCandidate: choice.version == candidate)
        case .override, .only: return
        }
    }
}
