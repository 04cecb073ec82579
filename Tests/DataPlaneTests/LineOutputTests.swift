// Proves: a log neither waits for ever nor tears lines, whatever it is written to.

import Foundation
import Glibc
import Plan
import Synchronization
import Testing

@testable import DataPlane

@Suite(.timeLimit(.minutes(1))) struct LineOutputTests {
    /// The two ends of a pipe, of which the first is read without waiting.
    private func withPipe(_ body: (Int32, Int32) throws -> Void) throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        try body(ends[0], ends[1])
    }

    private func everything(_ descriptor: Int32) -> [UInt8] {
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count <= 0 { return all }
            all.append(contentsOf: piece.prefix(count))
        }
    }

    @Test func aPipeThatNobodyReadsIsGivenUp() throws {
        try withPipe { _, writer in
            var output = LineOutput(writer)
            var asked = 0
            let lines = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            let problem = output.write(lines, lookMilliseconds: 100) {
                asked += 1
                return asked < 2
            }
            #expect(problem?.description == "nobody reads it")
            #expect(asked == 2)
        }
    }

    @Test func whatComesAfterATornLineStandsInALineOfItsOwn() throws {
        try withPipe { reader, writer in
            var output = LineOutput(writer)
            let long = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            #expect(output.write(long + [10], lookMilliseconds: 100) { false } != nil)
            let torn = everything(reader)
            #expect(!torn.isEmpty && torn.allSatisfy { $0 == UInt8(ascii: "x") })
            for line in ["one\n", "two\n"] {
                #expect(output.write(Array(line.utf8), lookMilliseconds: 100) { false } == nil)
            }
            #expect(everything(reader) == Array("\none\ntwo\n".utf8))
        }
    }

    @Test func aNamedPipeThatNobodyReadsHoldsUpNeitherTheOpeningNorTheEnd() async throws {
        let path = "\(NSTemporaryDirectory())/sluice-log-\(UUID().uuidString)"
        try #require(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        var settings = AccessLogSettings()
        settings.destination = .file(path)
        #expect(throws: DataPlaneError.self) {
            try AccessLogSink(settings, mostWaitingBytes: 1 << 20)
        }
        let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        defer { close(reader) }
        let sink = try AccessLogSink(settings, mostWaitingBytes: 1 << 20)
        let lines = [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 18)
        #expect(sink.write(lines, count: 7))
        try sink.reopen()
        // The pipe is full of what the first had: each of these would wait as long.
        for _ in 0..<1_000 { #expect(sink.write([UInt8](repeating: 10, count: 500), count: 1)) }
        await sink.close()
        #expect(sink.takeLostLines() == 1_007)
    }

    @Test func whatAFullDiskLosesIsToldOnceAndCounted() async throws {
        let told = Mutex<[AccessLogSink.Change]>([])
        var settings = AccessLogSettings()
        settings.destination = .file("/dev/full")
        let sink = try AccessLogSink(settings, mostWaitingBytes: 1 << 20) { change in
            told.withLock { $0.append(change) }
        }
        for _ in 0..<3 { #expect(sink.write(Array("line\n".utf8), count: 1)) }
        await sink.close()
        #expect(told.withLock { $0 } == [.lost("No space left on device")])
        #expect(sink.takeLostLines() == 3)
    }
}
