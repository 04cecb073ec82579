// Where heads end, by the limits, and by any cut of the bytes.

import HTTPWire
import SeededRandom
import Testing

@Suite("Head scanner")
struct HeadScannerTests {
    private enum Side: CaseIterable { case request, response }

    private static let limits = HeadLimits(headBytes: 200, headFields: 3, targetBytes: 64)

    /// What a scanner finds that sees the bytes grow to these counts.
    private func scan(
        _ bytes: [UInt8], as side: Side, limits: HeadLimits, growing counts: [Int]
    ) -> (result: HeadScanner.Result, skip: Int) {
        var scanner = HeadScanner()
        var result = HeadScanner.Result.incomplete
        for count in counts where result == .incomplete {
            // A copy, as a connection's buffer moves when it grows.
            let copy = Array(bytes.prefix(count)) + [0]
            copy.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress else { return }
                result =
                    side == .request
                    ? scanner.scanRequest(base, count: count, limits: limits)
                    : scanner.scanResponse(base, count: count, limits: limits)
            }
        }
        return (result, scanner.skip)
    }

    private func scan(_ text: String, as side: Side = .request) -> HeadScanner.Result {
        let bytes = Array(text.utf8)
        return scan(bytes, as: side, limits: Self.limits, growing: [bytes.count]).result
    }

    @Test("finds the end, and not more")
    func end() {
        let head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(scan(head) == .complete(head.utf8.count))
        #expect(scan(head + head) == .complete(head.utf8.count))
        #expect(scan("\r\n" + head) == .complete(head.utf8.count + 2))
        #expect(scan(head, as: .response) == .complete(head.utf8.count))
        #expect(scan("a\r\n\r\n\n\n") == .complete(5))
        #expect(scan("") == .incomplete)
        #expect(scan("\r") == .incomplete)
        #expect(scan("\r\n") == .incomplete)
        #expect(scan("a\r\n\r") == .incomplete)
    }

    @Test("skips one empty line before a request, and none before an answer")
    func emptyLines() {
        let one = Array("\r\nGET".utf8)
        #expect(scan(one, as: .request, limits: Self.limits, growing: [5]) == (.incomplete, 2))
        #expect(scan("\r\n\r\n") == .fault(.malformedRequestLine))
        #expect(scan("\r\n", as: .response) == .fault(.malformedStatusLine))
        #expect(scan("\n") == .fault(.bareLineFeed))
        #expect(scan("\r\n\n") == .fault(.bareLineFeed))
    }

    @Test("has limits of lines and bytes", arguments: Side.allCases)
    private func limits(side: Side) {
        let line = "a: b\r\n"
        let three = line + line + line + line + "\r\n"
        #expect(scan(three, as: side) == .complete(three.utf8.count))
        #expect(scan(line + three, as: side) == .fault(.tooManyFields))
        let long = "a\r\nb: " + String(repeating: "c", count: 190)
        #expect(scan(long + "\r\n\r\n", as: side) == .complete(200))
        #expect(scan(long + "c\r\n\r\n", as: side) == .fault(.headTooLarge))
        #expect(scan(long, as: side) == .incomplete)
        #expect(scan(long + "cccc", as: side) == .incomplete)
        #expect(scan(long + "ccccc", as: side) == .fault(.headTooLarge))
    }

    @Test("calls a long first line a long target, in requests only")
    func firstLine() {
        let room = String(repeating: "a", count: 128)
        #expect(scan(room) == .incomplete)
        #expect(scan(room + "a") == .fault(.targetTooLong))
        #expect(scan(String(repeating: "a", count: 300)) == .fault(.targetTooLong))
        // Up to 64 bytes of the line, its end included, may be other than the target.
        #expect(scan(room.dropLast(2) + "\r\n") == .incomplete)
        #expect(scan(room.dropLast() + "\r\n") == .fault(.targetTooLong))
        #expect(scan(room + "a", as: .response) == .incomplete)
        let longest = String(repeating: "a", count: 200)
        #expect(scan(longest, as: .response) == .incomplete)
        #expect(scan(longest + "a", as: .response) == .fault(.headTooLarge))
    }

    @Test("starts anew")
    func reset() {
        var scanner = HeadScanner()
        let text = FixedText("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(!scanner.hasStarted)
        let first = scanner.scanRequest(text.base, count: 20, limits: Self.limits)
        #expect(first == .incomplete)
        #expect(scanner.hasStarted)
        #expect(scanner.skip == 2)
        scanner.reset()
        #expect(!scanner.hasStarted)
        #expect(scanner.skip == 0)
        let count = text.bytes.count
        let whole = scanner.scanRequest(text.base, count: count, limits: Self.limits)
        #expect(whole == .complete(count))
    }

    @Test("judges by the bytes, never by their cuts, at any limits", arguments: Side.allCases)
    private func anyCut(side: Side) {
        var random = SeededGenerator.announced("HeadScannerTests.anyCut")
        let alphabet = Array("\r\n\r\n\r\naab: \n\r".utf8)
        for round in 0..<SeededGenerator.rounds(4_000) {
            let limits = HeadLimits(
                headBytes: Int.random(in: 1...180, using: &random),
                headFields: Int.random(in: 1...8, using: &random),
                targetBytes: Int.random(in: 1...60, using: &random))
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let run = Int.random(in: 0...40, using: &random)
                bytes += [UInt8](repeating: 0x61, count: run * (run % 3) / 2)
                bytes.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
                if run < 30 { bytes += [0x0D, 0x0A] }
            }
            let count = bytes.count
            let whole = scan(bytes, as: side, limits: limits, growing: [count])
            let cuts = random.cuts(of: count, atMost: 5)
            let some = scan(bytes, as: side, limits: limits, growing: cuts + [count])
            let every = scan(bytes, as: side, limits: limits, growing: Array(0...count))
            if whole.result != some.result || whole.result != every.result {
                Issue.record("round \(round), seed \(random.seed): \(bytes) at \(limits)")
                return
            }
        }
    }
}
