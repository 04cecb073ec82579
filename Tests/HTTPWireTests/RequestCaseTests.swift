// Every request of the table gets its verdict, however its bytes are cut.

import RequestCases
import Testing

@Suite("Request cases")
struct RequestCaseTests {
    /// Up to so many bytes, an input is cut at every position.
    private static let shortBytes = 1_024

    @Test("are at least seventy-five, with names of their own")
    func tableIsWhole() {
        let names = RequestCases.all.map(\.name)
        #expect(names.count >= 75)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" }, "\(name)")
        }
    }

    @Test("get their verdicts", arguments: RequestCases.all)
    func verdict(_ request: RequestCase) {
        let verdict = RequestReader.read(request.bytes, memory: GuardedMemory())
        #expect(verdict.expectation == request.expected)
        if case .accepted(let reading) = verdict {
            #expect(reading.usedBytes == request.bytes.count, "nothing may be left over")
        }
    }

    @Test("get the same verdicts cut in two anywhere", arguments: RequestCases.all)
    func cutInTwo(_ request: RequestCase) {
        let memory = GuardedMemory()
        let whole = RequestReader.read(request.bytes, memory: memory)
        for cut in Self.cuts(request.bytes.count) {
            let verdict = RequestReader.read(request.bytes, cutAt: [cut], memory: memory)
            if verdict != whole {
                Issue.record("cut at \(cut): \(verdict), but whole: \(whole)")
                return
            }
        }
    }

    @Test("get the same verdicts byte by byte", arguments: RequestCases.all)
    func byteByByte(_ request: RequestCase) {
        let memory = GuardedMemory()
        let whole = RequestReader.read(request.bytes, memory: memory)
        let verdict = RequestReader.read(
            request.bytes, cutAt: 1..<request.bytes.count, memory: memory)
        #expect(verdict == whole)
    }

    @Test("that are good are incomplete until their last byte", arguments: RequestCases.good)
    func incompleteUntilTheEnd(_ request: RequestCase) {
        let memory = GuardedMemory()
        for count in Self.cuts(request.bytes.count) {
            let prefix = Array(request.bytes.prefix(count))
            let verdict = RequestReader.read(prefix, memory: memory)
            if verdict != .incomplete {
                Issue.record("\(verdict) after \(count) bytes")
                return
            }
        }
    }

    @Test("leave what follows them untouched", arguments: RequestCases.good)
    func pipelined(_ request: RequestCase) {
        let memory = GuardedMemory(capacity: 128 * 1024)
        let twice = request.bytes + request.bytes
        let alone = RequestReader.read(request.bytes, memory: memory)
        #expect(RequestReader.read(twice, memory: memory) == alone)
    }

    /// Where to cut: everywhere, or in a long input near both ends and now and then between.
    private static func cuts(_ count: Int) -> [Int] {
        if count <= shortBytes { return Array(1..<count) }
        let half = shortBytes / 2
        let middle = stride(from: half, to: count - half, by: 997)
        return Array(1..<half) + middle + Array(count - half..<count)
    }
}
