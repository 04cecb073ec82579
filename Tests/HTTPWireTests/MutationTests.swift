// Random damage to good requests: nothing traps, no cut matters, nothing doubtful is taken.

import RequestCases
import SeededRandom
import Testing

@Suite("Mutated requests")
struct MutationTests {
    /// Bytes that mean something to somebody.
    private static let telling = Array("\r\n\0\t :;,/\\.%?#@[]+-0159afAFxX\u{7F}".utf8) + [0xFF]
    /// What hostile requests are made of.
    private static let phrases = [
        "\r\n", "\r\n\r\n", "\n", "\r", "0\r\n\r\n", "Content-Length: 5\r\n", "chunked",
        "Transfer-Encoding: chunked\r\n", "Host: a.test\r\n", "Connection: close\r\n",
        "Connection: x-a, te\r\n", "X-A: b\r\n", " ", ": ",
        "HTTP/1.1", "HTTP/1.0", "%2e%2e", "/../", "%2F", "%5c", "GET / HTTP/1.1\r\n",
        "Expect: 100-continue\r\n", "http://a@b/", ";a=b", "5\r\nhello\r\n",
    ].map { Array($0.utf8) }
    private static let samples = RequestCases.all.map(\.bytes).filter { $0.count < 2_048 }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let last = min(bytes.count, place + Int.random(in: 1...12, using: &random))
            switch Int.random(in: 0..<7, using: &random) {
            case 0 where place < bytes.count:
                bytes[place] ^= UInt8(1) << UInt8.random(in: 0...7, using: &random)
            case 1 where place < bytes.count:
                bytes[place] = telling.randomElement(using: &random) ?? 0
            case 2: bytes.insert(telling.randomElement(using: &random) ?? 0, at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 4: bytes.removeSubrange(place..<last)
            case 5: bytes.insert(contentsOf: bytes[place..<last], at: place)
            default:
                bytes.insert(contentsOf: phrases.randomElement(using: &random) ?? [], at: place)
            }
        }
    }

    @Test("never trap, are judged alike however they are cut, and are never doubtful")
    func mutations() {
        var random = SeededGenerator.announced("MutationTests.mutations")
        let memory = GuardedMemory()
        var takenCount = 0
        for round in 0..<SeededGenerator.rounds(12_000) {
            var bytes = Self.samples.randomElement(using: &random) ?? []
            Self.mutate(&bytes, &random)
            let whole = RequestReader.read(bytes, memory: memory)
            let cuts = random.cuts(of: bytes.count, atMost: 6)
            let cut = RequestReader.read(bytes, cutAt: cuts, memory: memory)
            var complaint = whole == cut ? nil : "cut at \(cuts): \(cut)"
            if case .accepted(let reading) = whole {
                takenCount += 1
                complaint = complaint ?? doubt(bytes, reading)
            }
            if let complaint {
                let text = String(decoding: bytes, as: UTF8.self).debugDescription
                Issue.record(
                    "\(complaint); whole: \(whole); round \(round), seed \(random.seed): \(text)")
                return
            }
        }
        #expect(takenCount > 0, "some must survive, else nothing was tested")
    }

    /// What a second, naive reading finds wrong with a request that was taken.
    private func doubt(_ bytes: [UInt8], _ reading: Reading) -> String? {
        var bytes = bytes
        if bytes.starts(with: [0x0D, 0x0A]) { bytes.removeFirst(2) }
        guard let end = Self.headEnd(bytes), let naive = NaiveHead(Array(bytes[..<end])) else {
            return "the head has no clear lines"
        }
        let isHTTP10 = naive.firstLine.hasSuffix(" HTTP/1.0")
        let request = reading.request
        guard isHTTP10 || naive.firstLine.hasSuffix(" HTTP/1.1"),
            naive.firstLine.split(separator: " ", omittingEmptySubsequences: false).count == 3,
            naive.firstLine.hasPrefix(request.method + " ")
        else { return "the request line is doubtful" }
        if naive.framing(isHTTP10: isHTTP10) != request.framing { return "the framing differs" }
        let hosts = naive.values("host").count
        if hosts > 1 || hosts == 0 && !isHTTP10 { return "there are \(hosts) hosts" }
        let decoded = request.path.lowercased().replacing("%2e", with: ".")
            .replacing("%2f", with: "/").replacing("%5c", with: "/")
        let segments = decoded.split(separator: "/").map { $0.prefix { $0 != ";" } }
        if segments.contains(where: { $0 == "." || $0 == ".." }) { return "the path climbs" }
        // Just those of the head, in their order, none of the connection's own.
        return reading.passedOn == naive.passedOn ? nil : "other lines are passed on"
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 0...bytes.count - 4 where bytes[index..<index + 4] == [13, 10, 13, 10] {
            return index + 4
        }
        return nil
    }

    @Test("of nothing but noise never trap and are judged alike")
    func noise() {
        var random = SeededGenerator.announced("MutationTests.noise")
        let memory = GuardedMemory()
        for round in 0..<SeededGenerator.rounds(3_000) {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                if Bool.random(using: &random) {
                    bytes += Self.phrases.randomElement(using: &random) ?? []
                } else {
                    bytes.append(Self.telling.randomElement(using: &random) ?? 0)
                }
            }
            let whole = RequestReader.read(bytes, memory: memory)
            let cuts = random.cuts(of: bytes.count, atMost: 6)
            guard whole == RequestReader.read(bytes, cutAt: cuts, memory: memory) else {
                Issue.record("cut at \(cuts); round \(round), seed \(random.seed): \(bytes)")
                return
            }
        }
    }

    @Test("that carry any body in any chunks give it back")
    func chunks() {
        var random = SeededGenerator.announced("MutationTests.chunks")
        let memory = GuardedMemory()
        let head = Array(
            "POST /cases HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        for round in 0..<SeededGenerator.rounds(300) {
            var body: [UInt8] = []
            var bytes = head
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                let chunk = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                let size = String(chunk.count, radix: 16, uppercase: Bool.random(using: &random))
                let zeros = String(repeating: "0", count: Int.random(in: 0...14, using: &random))
                let text = ["", ";a", ";a=\"b\""].randomElement(using: &random) ?? ""
                bytes += Array((zeros + size + text + "\r\n").utf8) + chunk + [13, 10]
                body += chunk
            }
            bytes += Array("0\r\nX-Sum: 1\r\nHost: a\r\n\r\n".utf8)
            let cuts = random.cuts(of: bytes.count, atMost: 20)
            let verdict = RequestReader.read(bytes, cutAt: cuts, memory: memory)
            guard case .accepted(let reading) = verdict, reading.request.body == body,
                reading.usedBytes == bytes.count, reading.trailers == Array("X-Sum: 1\r\n".utf8)
            else {
                Issue.record("round \(round), seed \(random.seed): \(verdict)")
                return
            }
        }
    }
}
