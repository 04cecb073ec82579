// Content codings are undone within a limit; what is broken, bombs or is unknown is said to be so.

import SeededRandom
import Testing

@testable import Pairing

@Suite struct ContentDecodingTests {
    private let text = Array(String(repeating: "the same words again ", count: 5_000).utf8)

    private func decode(
        _ body: [UInt8], _ codings: String, most: Int = 1 << 20
    ) -> ContentDecoding {
        ContentDecoding.decode(body, codings: codings, most: most)
    }

    @Test(
        arguments: [
            ("gzip", 31), ("GZip", 31), ("x-gzip", 31), ("deflate", 15), ("deflate", -15),
            (" identity , gzip", 31), ("gzip,", 31),
        ] as [(String, Int32)])
    func undoesWhatItKnows(codings: String, windowBits: Int32) {
        #expect(
            decode(PairMaking.deflated(text, windowBits: windowBits), codings) == .decoded(text))
        let empty = PairMaking.deflated([], windowBits: windowBits)
        #expect(decode(empty, codings) == .decoded([]))
    }

    @Test func undoesOneWithinTheOther() {
        let inner = PairMaking.deflated(text, windowBits: 15)
        #expect(decode(PairMaking.deflated(inner), "deflate, gzip") == .decoded(text))
        #expect(decode(PairMaking.deflated(inner), "gzip, deflate") == .broken)
        #expect(decode(PairMaking.deflated(inner), "deflate, gzip, gzip") == .unknown)
    }

    @Test func severalMembersAreOneContent() {
        let parts = [Array("a".utf8), [], text]
        #expect(
            decode(parts.flatMap { PairMaking.deflated($0) }, "gzip")
                == .decoded(parts.flatMap(\.self)))
        #expect(decode(PairMaking.deflated(text) + [0, 1], "gzip") == .broken)
    }

    @Test func whatHasNoCodingIsAsItCame() {
        #expect(decode(text, "") == .decoded(text))
        #expect(decode(text, "identity") == .decoded(text))
        // An answer to HEAD.
        #expect(decode([], "gzip") == .decoded([]))
        #expect(decode([], "br") == .decoded([]))
        #expect(decode(text, "br") == .unknown)
        #expect(decode(text, "gzip, zstd") == .unknown)
    }

    @Test func bombsAreTooLarge() {
        let zeros = [UInt8](repeating: 0, count: 4 << 20)
        let bomb = PairMaking.deflated(zeros)
        #expect(bomb.count < 5_000)
        #expect(decode(bomb, "gzip") == .tooLarge)
        #expect(decode(PairMaking.deflated(bomb), "gzip, gzip") == .tooLarge)
        #expect(decode(bomb, "gzip", most: zeros.count) == .decoded(zeros))
        #expect(decode(bomb, "gzip", most: zeros.count - 1) == .tooLarge)
    }

    @Test func nothingThatIsBrokenIsTakenForWhole() {
        var random = SeededGenerator.announced("content codings")
        let whole = PairMaking.deflated(Array(text.prefix(3_000)))
        for length in 1..<whole.count {
            #expect(decode(Array(whole.prefix(length)), "gzip") == .broken)
        }
        for _ in 0..<SeededGenerator.rounds(2_000) {
            var body = whole
            let place = Int.random(in: 10..<body.count, using: &random)
            body[place] ^= UInt8.random(in: 1...255, using: &random)
            switch decode(body, "gzip", most: 4_000) {
            case .broken, .tooLarge: break
            // Some bits are only padding, and some distances lead to the same words.
            case .decoded(let content): #expect(content == Array(text.prefix(3_000)))
            case .unknown: Issue.record("byte \(place) made gzip unknown")
            }
            // Of anything at all, no more comes out than the limit.
            let noise = (0..<40).map { _ in UInt8.random(in: 0...255, using: &random) }
            if case .decoded(let content) = decode(noise, "deflate", most: 100) {
                #expect(content.count <= 100)
            }
        }
    }
}
