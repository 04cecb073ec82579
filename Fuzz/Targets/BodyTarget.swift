// Bodies as they are framed on the wire: chunks, events, messages.

import HTTPWire
import RequestCases

/// The first byte says what the rest is, and where it is cut.
enum BodyTarget {
    static let seeds: [[UInt8]] =
        [
            "5\r\nhello\r\n0\r\n\r\n", "5;a=b\r\nhello\r\n0\r\nx-a: b\r\ngrpc-status: 0\r\n\r\n",
            "0\r\n\r\n", "ffffffffffffffff\r\n", "1\r\n\r\n0\r\n\r\n",
        ].map { [0] + Array($0.utf8) }
        + ["data: a\n\ndata: b\r\n\r\n: note\n\n", "{}\n{}\n", "\u{0}\u{0}\u{0}\u{0}\u{5}hello"]
        .flatMap { text in [1, 2, 3].map { [$0] + Array(text.utf8) } }

    static func run(_ input: [UInt8]) {
        guard let first = input.first else { return }
        let rest = Array(input.dropFirst())
        let place = min(Int(first) / 4, rest.count)
        let pieces = [Array(rest[..<place]), Array(rest[place...])]
        switch first % 4 {
        case 0:
            let (whole, inTwo) = (unchunk([rest]), unchunk(pieces))
            promise(whole == inTwo, "cut at \(place): \(inTwo), whole: \(whole)")
        case 1: count(rest, pieces, .events)
        case 2: count(rest, pieces, .lines)
        default: count(rest, pieces, .messages)
        }
    }

    private struct Unchunked: Equatable {
        var body: [UInt8] = []
        var trailers: [UInt8] = []
        var end = "needs input"
    }

    private static func unchunk(_ pieces: [[UInt8]]) -> Unchunked {
        var decoder = ChunkedDecoder(lineLimit: 64, trailerLimit: 256)
        var result = Unchunked()
        for piece in pieces where result.end == "needs input" {
            piece.alone { memory in
                var position = 0
                while true {
                    switch decoder.next(memory, &position) {
                    case .data(let start, let count):
                        result.body += memory[start..<start + count]
                        continue
                    case .needsInput: break
                    case .finished:
                        result.trailers = decoder.trailers
                        result.end = "finished"
                    case .fault(let fault): result.end = "\(fault.slug)"
                    }
                    return
                }
            }
        }
        return result
    }

    private static func count(_ whole: [UInt8], _ pieces: [[UInt8]], _ kind: StreamMeter.Kind) {
        var (first, second) = (StreamMeter(kind), StreamMeter(kind))
        let events = whole.alone { first.take($0) }
        let inTwo = pieces.reduce(0) { sum, piece in sum + piece.alone { second.take($0) } }
        promise(events == inTwo, "\(events) events, cut: \(inTwo)")
    }
}
