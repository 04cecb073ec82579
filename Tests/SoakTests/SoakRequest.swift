// What is asked and what must be answered: all of it follows from a request's number.

import NIOCore

/// One request of the soak. The same number always gives the same request.
struct SoakRequest {
    static let users = 256
    private static let largestUpload = 64 * 1024
    private static let largestAnswer = 100 * 1024
    private static let chunkBytes = 7_000

    let number: Int
    /// Who asks; nil for a caller without a name, whose version is drawn.
    let user: Int?
    /// The bytes sent; nil for a GET.
    let uploadBytes: Int?
    let isUploadChunked: Bool
    /// The bytes of filler wanted.
    let answerBytes: Int
    let isAnswerChunked: Bool
    /// Whether the upstream takes a while in the middle of its answer.
    let isSlow: Bool

    init(number: Int) {
        self.number = number
        var bits = Self.mixed(UInt64(number))
        func draw(_ count: Int) -> Int {
            defer { bits = Self.mixed(bits) }
            return Int(bits % UInt64(count))
        }
        user = draw(10) < 6 ? draw(Self.users) : nil
        uploadBytes = draw(10) < 4 ? Self.size(draw(100), draw(1 << 30), Self.largestUpload) : nil
        isUploadChunked = draw(4) == 0
        answerBytes = Self.size(draw(100), draw(1 << 30), Self.largestAnswer)
        isAnswerChunked = draw(4) == 0
        isSlow = draw(100) == 0
    }

    /// Mostly small, sometimes anything up to the most, now and then the most itself.
    private static func size(_ kind: Int, _ value: Int, _ most: Int) -> Int {
        switch kind {
        case 0: most
        case 1...5: value % most
        default: value % 1_000
        }
    }

    /// SplitMix64's output function.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// The words that tell the upstream what to answer.
    var order: String {
        "\(number) \(answerBytes) \(isAnswerChunked ? "chunked" : "whole") "
            + (isSlow ? "slow" : "quick")
    }

    /// For messages about failures.
    var words: String {
        let upload = uploadBytes.map { "POST \($0)\(isUploadChunked ? " chunked" : "")" } ?? "GET"
        return "#\(number) \(upload), user \(user.map(String.init) ?? "none"), answer: \(order)"
    }

    // MARK: On the wire

    /// The request as a client sends it.
    func write(to buffer: inout ByteBuffer) {
        buffer.writeString("\(uploadBytes == nil ? "GET" : "POST") /soak/\(number) HTTP/1.1\r\n")
        buffer.writeString("host: localhost\r\nx-soak-order: \(order)\r\n")
        if let user { buffer.writeString("x-user-id: user-\(user)\r\n") }
        guard let uploadBytes else {
            buffer.writeString("\r\n")
            return
        }
        let body = SoakFiller.bytes("upload", uploadBytes)
        if isUploadChunked {
            buffer.writeString("transfer-encoding: chunked\r\n\r\n")
            SoakFiller.writeChunks(of: body, each: Self.chunkBytes, to: &buffer)
            buffer.writeString("0\r\n\r\n")
        } else {
            buffer.writeString("content-length: \(uploadBytes)\r\n\r\n")
            buffer.writeImmutableBuffer(body)
        }
    }

    /// The answer's body, if this version gives it and got the whole request.
    func answer(version: String) -> ByteBuffer {
        var body = ByteBuffer(string: "\(version) \(number) \(uploadBytes ?? 0)\n")
        body.writeImmutableBuffer(SoakFiller.bytes(version, answerBytes))
        return body
    }
}

/// Bytes to fill bodies with: other ones for each name, so that no part can pass for another.
enum SoakFiller {
    private static let all: ByteBuffer = {
        var buffer = ByteBuffer()
        var value: UInt32 = 1
        for _ in 0..<(64 * 1024) {
            value = value &* 1_664_525 &+ 1_013_904_223
            buffer.writeInteger(value)
        }
        return buffer
    }()

    static func bytes(_ name: String, _ count: Int) -> ByteBuffer {
        let start = name.utf8.reduce(0) { $0 &* 31 &+ Int($1) } % (128 * 1024)
        return all.getSlice(at: start, length: count) ?? ByteBuffer()
    }

    static func writeChunks(of body: ByteBuffer, each: Int, to buffer: inout ByteBuffer) {
        var rest = body
        while let piece = rest.readSlice(length: min(each, rest.readableBytes)),
            piece.readableBytes > 0
        {
            buffer.writeString("\(String(piece.readableBytes, radix: 16))\r\n")
            buffer.writeImmutableBuffer(piece)
            buffer.writeString("\r\n")
        }
    }
}
