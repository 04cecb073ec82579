// What an exchange asks: an HTTP/1.1 connection, or one stream of an HTTP/2 connection.

import NIOCore
import Plan

/// The upstream's side of an exchange; the counterpart of `ClientSide`.
enum UpstreamSide {
    case connection(UpstreamConnection)
    case stream(UpstreamStream)

    /// Whether the endpoint takes nothing more for now.
    var isSendingHeldBack: Bool {
        switch self {
        case .connection(let connection): connection.isSendingHeldBack
        case .stream: false
        }
    }

    /// The exchange has more to send.
    func requestGrew() {
        switch self {
        case .connection(let connection): connection.requestGrew()
        case .stream(let stream): stream.requestGrew()
        }
    }

    /// Stops reading the answer, since the client does not take it.
    func pauseReading() {
        switch self {
        case .connection(let connection): connection.pauseReading()
        case .stream(let stream): stream.pauseReading()
        }
    }

    /// Reads the answer on.
    func resumeReading() {
        switch self {
        case .connection(let connection): connection.resumeReading()
        case .stream(let stream): stream.resumeReading()
        }
    }

    /// Closes this side of a tunnel once everything is sent.
    func endOutput() {
        switch self {
        case .connection(let connection): connection.endOutput()
        case .stream(let stream): stream.endOutput()
        }
    }

    /// Lets go in the middle of an exchange that has ended otherwise.
    func abandon() {
        switch self {
        case .connection(let connection): connection.abandon()
        case .stream(let stream): stream.abandon()
        }
    }
}

/// What is waited for of an endpoint, and how long.
struct AnswerWait {
    let timeouts: Timeouts
    let isAwaitingHead: Bool
    let isRequestWhole: Bool
    let isSendingHeldBack: Bool
    let isAnswerPaused: Bool

    /// The wait in milliseconds; nil for as long as it takes, since somebody else is waited for.
    var milliseconds: Int? {
        if isAnswerPaused { return nil }
        guard isAwaitingHead && !isSendingHeldBack else { return timeouts.idleMilliseconds }
        // While the client still sends, it is watched itself.
        return isRequestWhole ? timeouts.firstByteMilliseconds : nil
    }
}
