// What an exchange answers to: an HTTP/1.1 connection, or one stream of an HTTP/2 connection.

import HTTPWire
import NIOCore
import Plan
import Recording

/// The client's side of an exchange. An enumeration of the two, for a call through a protocol or a
/// superclass costs more on every request.
enum ClientSide {
    case connection(ClientConnection)
    case stream(ClientStream)
    /// Who is gone, or never was: the exchange goes on for the sake of its watcher.
    case nobody(ClientIdentity)

    var identity: ClientIdentity {
        switch self {
        case .connection(let connection): connection.identity
        case .stream(let stream): stream.connection.identity
        case .nobody(let identity): identity
        }
    }

    var isHTTP2: Bool {
        switch self {
        case .connection: false
        case .stream: true
        case .nobody: false
        }
    }

    // MARK: The request

    /// Whether the certificate shown to this client is for the host it asks for.
    func covers(_ host: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .connection(let connection): unsafe connection.covers(host)
        case .stream(let stream): unsafe stream.connection.covers(host)
        case .nobody: true
        }
    }

    /// The request has been routed: its body may follow.
    func requestBegan(_ head: RequestHead, _ exchange: Exchange) {
        switch self {
        case .connection(let connection): connection.requestBegan(head, exchange)
        case .stream(let stream): stream.requestBegan(exchange)
        case .nobody: break
        }
    }

    /// All of the request's body has arrived.
    func requestIsWhole() {
        switch self {
        case .connection(let connection): connection.requestIsWhole()
        case .stream(let stream): stream.setPhaseDeadline()
        case .nobody: break
        }
    }

    /// The upstream has taken some of the request: more of the body may come.
    func requestSent() {
        switch self {
        case .connection(let connection): connection.requestSent()
        case .stream(let stream): stream.openWindow()
        case .nobody: break
        }
    }

    /// The upstream takes the request again after it has held it back.
    func requestMayGoOn() {
        switch self {
        case .connection(let connection):
            connection.restartRate()
            connection.setPhaseDeadline()
            connection.resumeReading()
        case .stream(let stream):
            stream.restartRate()
            stream.setPhaseDeadline()
            stream.openWindow()
        case .nobody: break
        }
    }

    /// Sets the deadline that belongs to what is awaited of the client now.
    func setPhaseDeadline() {
        switch self {
        case .connection(let connection): connection.setPhaseDeadline()
        case .stream(let stream): stream.setPhaseDeadline()
        case .nobody: break
        }
    }

    // MARK: The answer

    /// Answers a request that goes nowhere.
    func refuse(
        _ error: GatewayError, _ detail: StaticString, _ head: RequestHead, _ base: UnsafeRawPointer
    ) {
        switch self {
        case .connection(let connection): unsafe connection.refuse(error, detail, head, base)
        case .stream(let stream): unsafe stream.refuse(error, detail, head, base)
        case .nobody: break
        }
    }

    /// Answers `OPTIONS *`, which asks about the gateway itself (RFC 9110 §9.3.7).
    func answerOptions(_ head: RequestHead) {
        switch self {
        case .connection(let connection): connection.answerOptions(head)
        case .stream(let stream): stream.answerOptions()
        case .nobody: break
        }
    }

    /// Stages an informational answer; false if it does not fit.
    func stageInformational(_ head: ResponseHead, base: UnsafeRawPointer, count: Int) -> Bool {
        switch self {
        case .connection(let connection):
            unsafe connection.stageInformational(head, base: base, count: count)
        case .stream(let stream): unsafe stream.stageInformational(head, base: base)
        case .nobody: true
        }
    }

    /// Tells the client to go on with its body (100).
    func stageContinue() {
        switch self {
        case .connection(let connection): connection.stageContinue()
        case .stream(let stream): stream.stageContinue()
        case .nobody: break
        }
    }

    /// Stages the final head of an answer whose body is framed like this; returns its bytes, or nil
    /// if it does not fit.
    func stageHead(
        _ head: ResponseHead, base: UnsafeRawPointer, count: Int, _ framing: BodyFraming
    ) -> Int? {
        switch self {
        case .connection(let connection):
            unsafe connection.stageHead(head, base: base, count: count, framing)
        case .stream(let stream): unsafe stream.stageHead(head, base: base, count: count, framing)
        case .nobody: count
        }
    }

    /// Stages a piece of the body, or raw bytes of a tunnel.
    func stageBody(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .connection(let connection): unsafe connection.stageBody(bytes)
        case .stream(let stream): unsafe stream.stageBody(bytes)
        case .nobody: break
        }
    }

    /// Stages the end of the body with these lines of trailers.
    func stageEnd(trailers: [UInt8]) {
        switch self {
        case .connection(let connection): connection.stageEnd(trailers: trailers)
        case .stream(let stream): stream.stageEnd(trailers: trailers)
        case .nobody: break
        }
    }

    /// Stages an answer of the gateway's own.
    func stageProblem(_ error: GatewayError, detail: StaticString, exchange: Exchange) {
        switch self {
        case .connection(let connection):
            connection.stageProblem(
                error, status: error.status, detail: detail, exchange: exchange,
                isHead: exchange.isHead)
        case .stream(let stream):
            stream.stageProblem(
                error, status: error.status, detail: detail, exchange: exchange,
                isHead: exchange.isHead, isGRPC: exchange.isGRPC)
        case .nobody: break
        }
    }

    /// The answer is over, and the exchange with it.
    func answerFinished(isRequestWhole: Bool) {
        switch self {
        case .connection(let connection): connection.answerFinished(isRequestWhole: isRequestWhole)
        case .stream(let stream): stream.answerFinished(isRequestWhole: isRequestWhole)
        case .nobody: break
        }
    }

    /// Bytes go both ways from now on.
    func beginTunnel() {
        switch self {
        case .connection(let connection): connection.beginTunnel()
        case .stream(let stream): stream.beginTunnel()
        case .nobody: break
        }
    }

    /// The upstream has closed its side of the tunnel.
    func endTunnel() {
        switch self {
        case .connection(let connection): connection.end(.close)
        case .stream(let stream): stream.endTunnel()
        case .nobody: break
        }
    }

    /// Cuts the answer off, so that the client sees that it is not whole.
    func cutOff() {
        switch self {
        case .connection(let connection): connection.end(.truncate)
        case .stream(let stream): stream.cutOff()
        case .nobody: break
        }
    }

    /// Ends what is under way with this client at once.
    func abort() {
        switch self {
        case .connection(let connection): connection.abort()
        case .stream(let stream): stream.resetNow()
        case .nobody: break
        }
    }

    /// The exchange is over: the client is free of it.
    func exchangeEnded() {
        switch self {
        case .connection(let connection): connection.exchange = nil
        case .stream(let stream): stream.exchange = nil
        case .nobody: break
        }
    }
}
