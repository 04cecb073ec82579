// Reads `log:` of gateway.yaml: how the gateway's own log is written, and how much of it.

import Plan

/// Reads how the log is written.
enum LogReader {
    static let keys = ["format", "level"]

    static func read(_ value: YAMLValue) -> LogSettings {
        var settings = LogSettings()
        guard let mapping = value.mapping("log", keys: keys) else { return settings }
        if let value = mapping["format"] {
            let format = word(
                LogSettings.Format.self, value, "log.format", "nobody could read such lines")
            settings.format = format ?? settings.format
        }
        if let value = mapping["level"] {
            let level = word(
                LogSettings.Level.self, value, "log.level",
                "it would be unclear what is written and what is left out")
            settings.level = level ?? settings.level
        }
        return settings
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ type: Word.Type, _ value: YAMLValue, _ what: String, _ why: String
    ) -> Word? {
        let known = type.allCases.map(\.rawValue)
        let all = "write \(known.dropLast().joined(separator: ", ")) or \(known.last ?? "")"
        guard let text = value.text(what, mend: all) else { return nil }
        if let found = Word(rawValue: text) { return found }
        let nearest = NearestKey.find(text.lowercased(), among: known)
        value.error("\(what) is \(value.shown)", why, nearest.map { "did you mean \($0)?" } ?? all)
        return nil
    }
}
