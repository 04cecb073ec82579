// What the system knows of a process: its resident memory and its descriptors.

import Foundation

/// Figures out of `/proc/PID`.
struct ProcessFigures: CustomStringConvertible {
    let residentKibibytes: Int
    let descriptors: Int

    init(of process: Int32) throws {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let words = line?.split(whereSeparator: \.isWhitespace) ?? []
        guard words.count > 1, let resident = Int(words[1]) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        residentKibibytes = resident
        descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
            .count
    }

    var description: String { "\(residentKibibytes) KiB resident, \(descriptors) descriptors" }
}
