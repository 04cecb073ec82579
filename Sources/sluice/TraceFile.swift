// A recorded trace on disk, read line by line in bounded memory.

import Foundation

/// A file with one outcome a line.
struct TraceFile {
    private static let mostLineBytes = 64 * 1024
    private static let readBytes = 256 * 1024
    private static let lineEnd = UInt8(ascii: "\n")

    let path: String

    /// Gives every line that is not empty, with its number from 1.
    func forEachLine(_ body: (Int, [UInt8]) throws -> Void) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw failure(
                1, 1, "the trace cannot be read (\(String(cString: strerror(errno))))",
                "there is nothing to replay", "correct the path or the file's permissions")
        }
        defer { try? handle.close() }
        var number = 0
        var rest: [UInt8] = []
        func give(_ line: [UInt8]) throws {
            number += 1
            guard line.count <= Self.mostLineBytes else { throw tooLong(number) }
            if line.contains(where: { $0 > UInt8(ascii: " ") }) { try body(number, line) }
        }
        while let data = try read(handle), !data.isEmpty {
            let pieces = data.split(separator: Self.lineEnd, omittingEmptySubsequences: false)
            for piece in pieces.dropLast() {
                try give(rest + piece)
                rest.removeAll(keepingCapacity: true)
            }
            if let last = pieces.last { rest += last }
            if rest.count > Self.mostLineBytes { throw tooLong(number + 1) }
        }
        if !rest.isEmpty { try give(rest) }
    }

    /// What is wrong with a line, as a command ends with it.
    func failure(_ line: Int, _ column: Int, _ parts: String...) -> CommandFailure {
        CommandFailure(
            code: CommandFailure.no,
            message: Terminal.printable(
                "\(path):\(line):\(column): error: \(parts.joined(separator: "; "))"))
    }

    private func tooLong(_ line: Int) -> CommandFailure {
        failure(
            line, 1, "the line is longer than \(Self.mostLineBytes) bytes",
            "it can hardly be one outcome", "write one JSON object a line")
    }

    private func read(_ handle: FileHandle) throws -> Data? {
        do {
            return try handle.read(upToCount: Self.readBytes)
        } catch {
            throw failure(
                1, 1, "the trace cannot be read", "there is nothing to replay",
                "name a file with one JSON object a line")
        }
    }
}
