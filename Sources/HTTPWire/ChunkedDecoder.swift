// The chunked transfer coding (RFC 9112 §7.1): any cut of the bytes gives the same events.

/// Decodes one chunked body, and collects the trailers that may be passed on.
package struct ChunkedDecoder: Sendable {
    /// What comes next.
    package enum Event: Equatable, Sendable {
        /// All the bytes are used and the body goes on.
        case needsInput
        /// A piece of the body, as a run of the bytes given.
        case data(start: Int, count: Int)
        /// The body and its trailers are whole.
        case finished
        /// The body is malformed.
        case fault(HeadFault)
    }

    private enum State: UInt8 {
        case size, afterSize, extensionText, sizeLineFeed
        case data, dataReturn, dataLineFeed
        case trailer, trailerLineFeed, finished
    }

    private static let mostDigits = 16

    private let lineLimit: Int
    private let trailerLimit: Int
    private var state = State.size
    private var digits = 0
    private var size: UInt64 = 0
    private var lineBytes = 0
    private var trailerBytes = 0
    private var line: [UInt8] = []

    /// The lines `name: value CRLF` of the trailers that may be passed on.
    package private(set) var trailers: [UInt8] = []

    /// Makes a decoder that takes size lines and a trailer section of at most so many bytes.
    package init(lineLimit: Int, trailerLimit: Int) {
        self.lineLimit = lineLimit
        self.trailerLimit = trailerLimit
    }

    /// Uses bytes from `position` on, up to the next event.
    package mutating func next(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Event {
        while position < bytes.count {
            if state == .data {
                let left = UInt64(bytes.count - position)
                let count = Int(min(size, left))
                let start = position
                position += count
                size -= UInt64(count)
                if size == 0 { state = .dataReturn }
                return .data(start: start, count: count)
            }
            let byte = unsafe bytes[position]
            if let fault = take(byte) { return .fault(fault) }
            position += 1
            if state == .finished { return .finished }
        }
        return state == .finished ? .finished : .needsInput
    }

    /// Takes one byte of framing.
    private mutating func take(_ byte: UInt8) -> HeadFault? {
        switch state {
        case .size, .afterSize, .extensionText, .sizeLineFeed: return takeSizeLine(byte)
        case .dataReturn:
            guard byte == 0x0D else { return .malformedChunkEnd }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == 0x0A else { return .malformedChunkEnd }
            state = .size
            digits = 0
            lineBytes = 0
        case .trailer, .trailerLineFeed: return takeTrailer(byte)
        case .data, .finished: break
        }
        return nil
    }

    private mutating func takeSizeLine(_ byte: UInt8) -> HeadFault? {
        lineBytes += 1
        if lineBytes > lineLimit { return .chunkLineTooLong }
        switch state {
        case .size:
            if let digit = byte.hexadecimalValue {
                digits += 1
                guard digits <= Self.mostDigits, size >> 59 == 0 else { return .malformedChunkSize }
                size = size << 4 | UInt64(digit)
                return nil
            }
            guard digits > 0 else { return .malformedChunkSize }
            if byte == 0x3B {
                state = .extensionText
            } else if byte == 0x0D {
                state = .sizeLineFeed
            } else {
                return .malformedChunkSize
            }
        case .extensionText:
            if byte == 0x0D {
                state = .sizeLineFeed
            } else if byte < 0x20 && byte != 0x09 || byte == 0x7F {
                return .malformedChunkExtension
            }
        case .sizeLineFeed:
            guard byte == 0x0A else { return .malformedChunkSize }
            state = size == 0 ? .trailer : .data
        default: break
        }
        return nil
    }

    private mutating func takeTrailer(_ byte: UInt8) -> HeadFault? {
        trailerBytes += 1
        if trailerBytes > trailerLimit { return .trailersTooLarge }
        if state == .trailer {
            line.append(byte)
            if byte == 0x0D { state = .trailerLineFeed }
            if byte == 0x0A { return .malformedTrailer }
            return nil
        }
        guard byte == 0x0A else { return .malformedTrailer }
        if line.count == 1 {
            state = .finished
            line = []
            return nil
        }
        line.append(byte)
        defer { line.removeAll(keepingCapacity: true) }
        state = .trailer
        return finishTrailerLine()
    }

    private mutating func finishTrailerLine() -> HeadFault? {
        let end = line.count
        let isAllowed: Bool? = unsafe line.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                case .field(let name, _, let next) = unsafe FieldLine.parse(base, from: 0, to: end),
                next == end
            else { return nil }
            return unsafe TrailerFields.mayPass(base, name.count)
        }
        guard let isAllowed else { return .malformedTrailer }
        if isAllowed { trailers.append(contentsOf: line) }
        return nil
    }
}

/// Which trailers are passed on.
enum TrailerFields {
    /// Whether a field of this name may follow a body.
    ///
    /// A list of what may, since RFC 9110 §6.5.1 forbids whatever frames, routes, authenticates or
    /// modifies a message, and new fields of that sort appear: gRPC's, digests, timings and
    /// signatures, and extensions (`x-…`) but for those that we set ourselves.
    static func mayPass(_ name: UnsafeRawPointer, _ count: Int) -> Bool {
        let known = unsafe KnownField.find(name, count)
        if known != .other { return false }
        if unsafe Text.hasPrefix(name, count, "grpc-") { return true }
        if unsafe Text.hasPrefix(name, count, "x-") { return true }
        let allowed: [StaticString] = [
            "server-timing", "digest", "content-digest", "repr-digest", "signature",
            "signature-input", "etag", "content-md5",
        ]
        return allowed.contains { unsafe Text.matches(name, count, $0) }
    }
}
