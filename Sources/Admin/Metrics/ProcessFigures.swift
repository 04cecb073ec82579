// What the system says of this process: time, memory and descriptors.

import Foundation
import Glibc

/// The figures that every exporter of Prometheus tells of its process; nil is what cannot be read.
struct ProcessFigures: Sendable {
    var cpuSeconds: Double?
    var residentBytes: Int?
    var virtualBytes: Int?
    var openDescriptors: Int?
    var mostDescriptors: Int?
    /// In seconds since 1970.
    var startSecond: Double?

    /// The figures now.
    static func now() -> ProcessFigures {
        var figures = ProcessFigures()
        var usage = rusage()
        if unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
            figures.cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        }
        let pages = words("/proc/self/statm")
        if pages.count > 1 {
            figures.virtualBytes = Int(pages[0]).map { $0 * pageBytes }
            figures.residentBytes = Int(pages[1]).map { $0 * pageBytes }
        }
        figures.openDescriptors = countDescriptors()
        var limit = rlimit()
        if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.mostDescriptors = Int(clamping: limit.rlim_cur)
        }
        figures.startSecond = start
        return figures
    }

    private static let pageBytes = sysconf(Int32(_SC_PAGESIZE))

    /// From the system's start and the ticks from there to ours (proc(5)).
    private static let start: Double? = {
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let system = words("/proc/stat").drop { $0 != "btime" }.dropFirst().first
        // The program's name stands in brackets and may hold anything, brackets too.
        let own = text("/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
        let place = 19
        guard let begun = system.flatMap({ Double($0) }), own.count > place,
            let waited = Double(own[place]), ticks > 0
        else { return nil }
        return begun + waited / ticks
    }()

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    private static func words(_ path: String) -> [Substring] {
        text(path).split { $0 == " " || $0 == "\n" }
    }

    private static func countDescriptors() -> Int? {
        guard let folder = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        // `.`, `..`, and the descriptor of the folder itself.
        return max(0, count - 3)
    }
}
