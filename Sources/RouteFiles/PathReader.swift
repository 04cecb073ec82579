// Reads paths into JSON documents, and says where and why one cannot be read.

import Plan

/// Reads JSON paths.
enum PathReader {
    private static let mostPaths = 100

    static func read(_ value: YAMLValue, _ what: String) -> JSONPath? {
        let mend = "write paths like $.id or \"$.items[*].id\", in quotes if there is a bracket"
        guard let text = value.text("a path in \(what)", mend: mend) else { return nil }
        do {
            return try JSONPath(text)
        } catch {
            value.error(
                "a path in \(what) is \(value.shown)",
                "it cannot be read from character \(error.column) on: \(error.reason)", mend)
            return nil
        }
    }

    /// A list of paths, each of them once.
    static func list(_ value: YAMLValue, _ what: String) -> [JSONPath] {
        let members = value.list(what, mend: "write a list like [$.id, $.created]") ?? []
        if members.count > mostPaths {
            value.error(
                "\(what) has \(members.count) paths", "each is looked for in every answer",
                "use at most \(mostPaths)")
        }
        var paths: [JSONPath] = []
        for member in members {
            guard let path = read(member, what) else { continue }
            if paths.contains(path) {
                member.error("\(path) stands twice", "once is enough", "remove one of them")
            } else {
                paths.append(path)
            }
        }
        return paths
    }
}
