// The built gateway as a process, in a folder of its own.

import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A running `sluice run`.
final class GatewayProcess: Sendable {
    enum Failure: Error {
        case command([String], Int32)
        case notListening([String])
        case badAnswer(String)
    }

    let folder: String
    let clientPort: Int
    let adminPort: Int
    private let process: Process
    private let exit: AsyncStream<Int32>
    private let log: Log

    var identifier: Int32 { process.processIdentifier }
    var certificate: String { "\(folder)/Certs/development.pem" }
    /// What it has written to standard error.
    var logLines: [String] { log.lines.withLock { $0 } }

    /// `SLUICE_BINARY`, or the debug build of this package.
    private static var binary: URL {
        if let path = ProcessInfo.processInfo.environment["SLUICE_BINARY"] {
            return URL(fileURLWithPath: path)
        }
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return package.appendingPathComponent(".build/debug/sluice")
    }

    /// A new folder with room for route files.
    static func makeFolder() throws -> String {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("sluice-soak-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: "\(folder)/Routes", withIntermediateDirectories: true)
        return folder
    }

    /// Makes a certificate and runs the gateway on the folder's `Routes`.
    static func start(folder: String, workers: Int) async throws -> GatewayProcess {
        let routes = "\(folder)/Routes"
        let certificates = "\(folder)/Certs"
        let certs = ["certs", "--certs", certificates, "--routes", routes]
        let (maker, made) = try launch(certs, errors: FileHandle.nullDevice)
        for await status in made where status != 0 { throw Failure.command(certs, status) }
        _ = maker
        let errors = Pipe()
        let (lines, log) = Log.follow(errors)
        let (process, exit) = try launch(
            [
                "run", "--workers", "\(workers)", "--listen", "127.0.0.1:0",
                "--admin", "127.0.0.1:0", "--routes", routes, "--certs", certificates,
                "--state", "\(folder)/state",
            ], errors: errors)
        for await line in lines {
            if let admin = port(after: "admin=http://127.0.0.1:", in: line),
                let client = port(after: "clients=https://127.0.0.1:", in: line)
            {
                return GatewayProcess(
                    folder: folder, clientPort: client, adminPort: admin, process: process,
                    exit: exit, log: log)
            }
        }
        throw Failure.notListening(log.lines.withLock { $0 })
    }

    private init(
        folder: String, clientPort: Int, adminPort: Int, process: Process,
        exit: AsyncStream<Int32>, log: Log
    ) {
        self.folder = folder
        self.clientPort = clientPort
        self.adminPort = adminPort
        self.process = process
        self.exit = exit
        self.log = log
    }

    /// Asks it to end; returns its exit code, or the signal's negative number.
    func terminate() async -> Int32 {
        process.terminate()
        for await status in exit { return status }
        return .min
    }

    /// Ends it whatever it does, and removes its folder.
    func discard() {
        if process.isRunning { kill(identifier, SIGKILL) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func launch(
        _ arguments: [String], errors: Any
    ) throws -> (Process, AsyncStream<Int32>) {
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        let (exit, continuation) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            let status = process.terminationStatus
            continuation.yield(process.terminationReason == .exit ? status : -status)
            continuation.finish()
        }
        try process.run()
        return (process, exit)
    }

    private static func port(after text: String, in line: String) -> Int? {
        guard let range = line.range(of: text) else { return nil }
        return Int(line[range.upperBound...].prefix(while: \.isNumber))
    }

    // MARK: Admin

    /// The body of an admin path that answers 200.
    func get(_ path: String) async throws -> String {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let whole = loop.makePromise(of: ByteBuffer.self)
        let connected = ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(path, whole))
                }
            }
            .connect(host: "127.0.0.1", port: adminPort)
        connected.whenFailure { whole.fail($0) }
        var reader = SoakMessageReader()
        reader.append(try await whole.futureResult.get())
        guard let message = try reader.next(), message.firstLine.hasPrefix("HTTP/1.1 200 ") else {
            throw Failure.badAnswer(path)
        }
        return message.text
    }

    /// Asks once and takes everything up to the connection's end.
    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let path: String
        private let whole: EventLoopPromise<ByteBuffer>
        private var bytes = ByteBuffer()

        init(_ path: String, _ whole: EventLoopPromise<ByteBuffer>) {
            self.path = path
            self.whole = whole
        }

        func channelActive(context: ChannelHandlerContext) {
            let request = "GET \(path) HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
            context.writeAndFlush(NIOAny(ByteBuffer(string: request)), promise: nil)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes.writeImmutableBuffer(unwrapInboundIn(data))
        }

        func channelInactive(context: ChannelHandlerContext) {
            whole.succeed(bytes)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            whole.fail(error)
            context.close(promise: nil)
        }
    }
}

/// The lines of a process's standard error.
private final class Log: Sendable {
    let lines = Mutex<[String]>([])
    private let rest = Mutex<[UInt8]>([])

    /// Reads until the pipe's end; lines are both kept and streamed.
    static func follow(_ pipe: Pipe) -> (AsyncStream<String>, Log) {
        let log = Log()
        let (stream, continuation) = AsyncStream<String>.makeStream()
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let piece = handle.availableData
            if piece.isEmpty {
                handle.readabilityHandler = nil
                return continuation.finish()
            }
            for line in log.take(piece) { continuation.yield(line) }
        }
        return (stream, log)
    }

    private func take(_ piece: Data) -> [String] {
        let whole = rest.withLock { rest in
            rest += piece
            var parts = rest.split(separator: 0x0A, omittingEmptySubsequences: false)
            rest = parts.popLast().map(Array.init) ?? []
            return parts.map { String(decoding: $0, as: UTF8.self) }
        }
        lines.withLock { $0 += whole }
        return whole
    }
}
