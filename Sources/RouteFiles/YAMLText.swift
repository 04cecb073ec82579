// From the bytes of a file to YAML, or to one problem at the place where it lies.

import Yams

/// Parses the text of one file.
enum YAMLText {
    /// The value at the file's root; nil when there is none, which has been reported unless an
    /// empty file is good.
    static func parse(_ file: String, _ diagnostics: Diagnostics) -> YAMLValue? {
        func refuse(_ line: Int, _ column: Int, _ what: String, _ why: String, _ mend: String) {
            diagnostics.add(
                Diagnostic(file: file, line: line, column: column, what, why, mend))
        }
        guard let bytes = FileCheck.read(file) else {
            refuse(
                1, 1, "the file cannot be read (\(FileCheck.lastError))",
                "nothing of it can be used",
                "correct its path or permissions, and keep it below 4 MiB")
            return nil
        }
        guard var text = String(validating: bytes, as: UTF8.self) else {
            refuse(
                firstFault(bytes), 1, "the file is not UTF-8", "its names could be misread",
                "save it as UTF-8")
            return nil
        }
        // Some editors begin a file with a byte order mark, which is none of its text.
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        do {
            let node = try Yams.compose(yaml: text)
            if let node, node.scalar.map(YAMLValue.isNothing) != true {
                return YAMLValue(node: node, file: file, diagnostics: diagnostics)
            }
            // A gateway.yaml of comments alone asks for the defaults.
            if !RouteFolder.isGateway(file) {
                refuse(1, 1, "the file is empty", "it says nothing", "write a route, or remove it")
            }
            return nil
        } catch {
            diagnostics.add(explain(error, file, text))
            return nil
        }
    }

    private static func explain(_ error: any Error, _ file: String, _ text: String) -> Diagnostic {
        func broken(_ line: Int, _ column: Int, _ problem: String) -> Diagnostic {
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            // What is missing at the end is missed in the line after the last one.
            let last = (lines.lastIndex { !$0.isEmpty } ?? 0) + 1
            let isBeyond = line > last
            let isTab = !isBeyond && lines[line - 1].dropFirst(column - 1).first == "\t"
            return Diagnostic(
                file: file, line: isBeyond ? last : line,
                column: isBeyond ? lines[last - 1].count + 1 : column,
                "this is not YAML: \(problem)",
                isTab ? "a tab stands there" : "nothing of the file can be used",
                isTab
                    ? "indent with spaces"
                    : "correct the syntax there or just before, or put the text in quotes")
        }
        switch error as? YamlError {
        case .composer(_, _, let mark, _) where isSecondDocument(error):
            return Diagnostic(
                file: file, line: mark.line, column: mark.column, "a second document begins here",
                "a file holds one route", "put it into a file of its own, or remove the ---")
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            // Where a quote or bracket was opened helps more than where the file ended without it.
            let start = context.flatMap { context in
                context.mark.line == mark.line
                    ? nil : " \(context.text) that begins in line \(context.mark.line)"
            }
            return broken(mark.line, mark.column, problem + (start ?? ""))
        case .reader(let problem, let offset, _, _):
            let before = text.prefix(offset ?? 0)
            let lines = before.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            return broken(lines.count, (lines.last?.count ?? 0) + 1, problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map(YAMLValue.shortened).joined(separator: ", ")
            return Diagnostic(
                file: file, line: context.mark.line, column: context.mark.column,
                "\(names) stands twice in the same mapping", "one of the two would be ignored",
                "remove one of them; the first is here")
        default: return broken(1, 1, "\(error)")
        }
    }

    private static func isSecondDocument(_ error: any Error) -> Bool {
        guard case .composer(_, let problem, _, _)? = error as? YamlError else { return false }
        return problem.contains("another document")
    }

    /// The first line that is not UTF-8.
    private static func firstFault(_ bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        let good = lines.prefix { String(validating: $0, as: UTF8.self) != nil }
        return min(good.count, lines.count - 1) + 1
    }
}
