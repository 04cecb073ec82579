// Reads `grpc:` of a route: which statuses of gRPC are errors of a version.

import Plan

/// Reads what a route says of gRPC.
enum GRPCReader {
    static let keys = ["errors"]
    /// What may be an error: everything but success.
    static let errorNames = GRPCStatus.allCases.filter { $0 != .ok }.map(\.name)
    private static let mend = "write it like grpc: {errors: [unavailable, internal]}"

    static func read(_ value: YAMLValue?) -> GRPCStatusSet {
        guard let mapping = value?.mapping("grpc", keys: keys) else { return .serverFaults }
        guard let errors = mapping["errors"] else {
            mapping.value.error(
                "grpc.errors is missing", "nothing else can be said of gRPC", mend)
            return .serverFaults
        }
        var found: [GRPCStatus] = []
        for member in errors.list("grpc.errors", mend: mend) ?? [] {
            guard let status = readStatus(member) else { continue }
            if found.contains(status) {
                member.error(
                    "\(status.name) stands twice", "once is enough", "remove one of them")
            } else {
                found.append(status)
            }
        }
        return GRPCStatusSet(found)
    }

    private static func readStatus(_ value: YAMLValue) -> GRPCStatus? {
        let all = "the statuses are \(errorNames.joined(separator: ", "))"
        guard let text = value.text("a status in grpc.errors", mend: all) else { return nil }
        if text == GRPCStatus.ok.name {
            value.error(
                "grpc.errors names ok", "every good call would count against its version",
                "remove it")
            return nil
        }
        if let status = GRPCStatus.allCases.first(where: { $0.name == text }) { return status }
        // Libraries write them in capitals, or as numbers.
        let meant =
            Int(text).flatMap { GRPCStatus(rawValue: $0)?.name }
            ?? NearestKey.find(text.lowercased(), among: errorNames)
        value.error(
            "grpc.errors names \(value.shown)", "gRPC has no status that is called so",
            meant.map { "did you mean \($0)?" } ?? all)
        return nil
    }
}
