// Random damage to answers: nothing traps, and what is passed on is lines of the answer.

import HTTPWire
import SeededRandom
import Testing

@Suite("Mutated answers")
struct ResponseMutationTests {
    private static let samples = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\n",
        "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\nConnection: x-a\r\nX-A: b\r\n\r\n",
        "HTTP/1.0 404 Not Found\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nSet-Cookie: a=b\r\n\r\n",
    ].map { Array($0.utf8) }
    private static let telling = Array("\r\n\0\t :,0159aA\u{7F}".utf8) + [0xFF]

    @Test("never trap, and pass on nothing but clear lines")
    func mutations() {
        var random = SeededGenerator.announced("ResponseMutationTests.mutations")
        let memory = GuardedMemory()
        let head = ResponseHead(limits: RequestReader.limits)
        var takenCount = 0
        for round in 0..<SeededGenerator.rounds(8_000) {
            var bytes = Self.samples.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] ^= UInt8(1) << UInt8.random(in: 0...7, using: &random)
                case 1: bytes.insert(Self.telling.randomElement(using: &random) ?? 0, at: place)
                case 2: bytes.remove(at: place)
                default: bytes[place] = Self.telling.randomElement(using: &random) ?? 0
                }
            }
            guard let complaint = complaint(about: bytes, memory, head, &takenCount) else {
                continue
            }
            Issue.record("\(complaint); round \(round), seed \(random.seed): \(bytes)")
            return
        }
        #expect(takenCount > 0, "some must survive, else nothing was tested")
    }

    private func complaint(
        about bytes: [UInt8], _ memory: GuardedMemory, _ head: ResponseHead,
        _ takenCount: inout Int
    ) -> String? {
        let placed = memory.place(bytes)
        guard let base = placed.baseAddress else { return nil }
        var scanner = HeadScanner()
        let limits = RequestReader.limits
        let found = scanner.scanResponse(base, count: placed.count, limits: limits)
        guard case .complete(let length) = found else { return nil }
        let alone = memory.place(Array(bytes.prefix(length)))
        guard let start = alone.baseAddress, head.parse(start, count: length) == nil else {
            return nil
        }
        takenCount += 1
        guard let naive = NaiveHead(Array(bytes.prefix(length))) else {
            return "the head has no clear lines"
        }
        let framing =
            switch head.body(answering: .get) {
            case .none: "none"
            case .length(let length): length == 0 ? "none" : "length \(length)"
            case .chunked: "chunked"
            case .untilClose: "none"
            }
        let isBodiless = head.status < 200 || head.status == 204 || head.status == 304
        let isHTTP10 = naive.firstLine.hasPrefix("HTTP/1.0")
        guard let expected = naive.framing(isHTTP10: isHTTP10) else {
            return "the framing is doubtful"
        }
        if framing != (isBodiless ? "none" : expected) { return "the framing differs" }
        let written = Written.bytes(capacity: length) {
            head.copyFields(from: start, dropping: [], to: &$0)
        }
        return written == naive.passedOn ? nil : "other lines are passed on"
    }
}
