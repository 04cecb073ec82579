// A TLS client that sends any bytes, made of another TLS library than the gateway's.

import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

/// One TLS connection to the gateway. Used by one test task at a time.
struct RawClient {
    enum Failure: Error {
        case closedEarly(String)
        case malformed(String)
    }

    let channel: any Channel
    private var iterator: AsyncThrowingStream<ByteBuffer, any Error>.Iterator
    private(set) var received: [UInt8] = []
    private(set) var isAtEnd = false

    static func connect(
        port: Int, certificate: String, serverName: String? = "localhost",
        protocols: [String] = ["http/1.1"], autoRead: Bool = true
    ) async throws -> RawClient {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificate)
        configuration.applicationProtocols = protocols
        if serverName == nil { configuration.certificateVerification = .noHostnameVerification }
        let context = try NIOSSLContext(configuration: configuration)
        let (stream, continuation) = AsyncThrowingStream<ByteBuffer, any Error>.makeStream()
        let handshake = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
        let connected = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: autoRead)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try NIOSSLClientHandler(context: context, serverHostname: serverName)
                    try channel.pipeline.syncOperations.addHandlers(
                        tls, Collector(continuation, handshake))
                }
            }
            .connect(host: "127.0.0.1", port: port)
        connected.whenFailure { handshake.fail($0) }
        let channel = try await connected.get()
        if !autoRead {
            // Only until the handshake is over.
            channel.read()
        }
        try await handshake.futureResult.get()
        return RawClient(channel: channel, iterator: stream.makeAsyncIterator())
    }

    private init(
        channel: any Channel, iterator: AsyncThrowingStream<ByteBuffer, any Error>.Iterator
    ) {
        self.channel = channel
        self.iterator = iterator
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// Takes one more piece from the socket; false at the end.
    mutating func more() async throws -> Bool {
        if isAtEnd { return false }
        do {
            if let piece = try await iterator.next() {
                received.append(contentsOf: piece.readableBytesView)
                return true
            }
        } catch {
            // A connection that is cut ends like one that is closed.
        }
        isAtEnd = true
        return false
    }

    /// Everything up to the connection's end.
    mutating func readToEnd() async throws -> String {
        while try await more() {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// Everything up to and with a text.
    mutating func read(through text: String) async throws -> String {
        let wanted = Array(text.utf8)
        while true {
            if let end = Self.find(wanted, in: received) {
                defer { received.removeFirst(end) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            guard try await more() else {
                throw Failure.closedEarly(String(decoding: received, as: UTF8.self))
            }
        }
    }

    mutating func take(_ count: Int) async throws -> [UInt8] {
        while received.count < count {
            guard try await more() else {
                throw Failure.closedEarly(String(decoding: received, as: UTF8.self))
            }
        }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    /// The next whole answer.
    mutating func response(toHead isHead: Bool = false) async throws -> RawResponse {
        let head = try await read(through: "\r\n\r\n")
        guard var response = RawResponse(head: head) else { throw Failure.malformed(head) }
        if isHead || response.status < 200 || response.status == 204 || response.status == 304 {
            return response
        }
        if response["transfer-encoding"] == "chunked" {
            try await readChunks(&response)
        } else if let length = response["content-length"].flatMap({ Int($0) }) {
            response.body = try await take(length)
        } else {
            while try await more() {}
            response.body = received
            received = []
        }
        return response
    }

    private mutating func readChunks(_ response: inout RawResponse) async throws {
        while true {
            let line = try await read(through: "\r\n").dropLast()
            guard let size = Int(line, radix: 16) else { throw Failure.malformed(String(line)) }
            if size == 0 { break }
            response.body += try await take(size)
            _ = try await read(through: "\r\n")
        }
        while true {
            let line = try await read(through: "\r\n")
            if line == "\r\n" { return }
            response.trailers.append(String(line.dropLast()))
        }
    }

    /// Cuts the connection with a TCP reset.
    func reset() async throws {
        let options = channel as? any SocketOptionProvider
        try await options?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try? await channel.close()
    }

    func close() async {
        try? await channel.close()
    }

    private static func find(_ wanted: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count)
        where bytes[start] == wanted[0] && bytes[start..<start + wanted.count].elementsEqual(wanted)
        {
            return start + wanted.count
        }
        return nil
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let continuation: AsyncThrowingStream<ByteBuffer, any Error>.Continuation
        private let handshake: EventLoopPromise<Void>
        private var isFinished = false

        init(
            _ continuation: AsyncThrowingStream<ByteBuffer, any Error>.Continuation,
            _ handshake: EventLoopPromise<Void>
        ) {
            self.continuation = continuation
            self.handshake = handshake
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            continuation.yield(unwrapInboundIn(data))
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case TLSUserEvent.handshakeCompleted = event {
                isFinished = true
                handshake.succeed()
            }
        }

        func channelReadComplete(context: ChannelHandlerContext) {
            if !isFinished { context.read() }
        }

        func channelInactive(context: ChannelHandlerContext) {
            handshake.fail(ChannelError.eof)
            continuation.finish()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            handshake.fail(error)
            continuation.finish(throwing: error)
            context.close(promise: nil)
        }
    }
}

/// An answer taken apart by the simplest means.
struct RawResponse {
    let status: Int
    let line: String
    let fields: [(name: String, value: String)]
    var body: [UInt8] = []
    var trailers: [String] = []

    init?(head: String) {
        let lines = head.components(separatedBy: "\r\n").filter { !$0.isEmpty }
        guard let first = lines.first, first.hasPrefix("HTTP/1.1 "),
            let status = Int(first.dropFirst(9).prefix(3))
        else { return nil }
        self.status = status
        line = first
        fields = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            return (parts[0].lowercased(), value)
        }
    }

    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    var text: String { String(decoding: body, as: UTF8.self) }
}
