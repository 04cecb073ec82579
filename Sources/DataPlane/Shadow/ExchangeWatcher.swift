// Somebody who sees a request and its answer pass by.

import HTTPWire
import NIOCore
import Recording

/// Watches one exchange and keeps a copy of its answer. Most exchanges have no watcher; one that
/// is mirrored has a `MirrorTee`, and the copy of it a `ShadowLeg`.
class ExchangeWatcher: TimerNode {
    final var answer: AnswerCopy

    init(answer: AnswerCopy) {
        self.answer = answer
    }

    /// The caller goes away: whether the exchange goes on to its end without it.
    func takesOver() -> Bool { false }

    /// So many bytes of the body have just been added at the end of the exchange's request.
    func requestGrew(by count: Int, _ exchange: Exchange) {}

    /// All of the request is there.
    func requestIsWhole(_ exchange: Exchange) {}

    /// The endpoint's connection has taken some of the request.
    func requestWasSent(_ exchange: Exchange) {}

    /// The endpoint's connection takes the request again after it has held it back.
    func requestMayGoOn(_ exchange: Exchange) {}

    /// The caller went away while the exchange goes on.
    func callerWentAway(_ exchange: Exchange) {}

    /// The answer is longer than what may be kept of it.
    func answerIsTooLarge(_ exchange: Exchange) {}

    /// Whether the failure of a kept connection, just as it was used, ends the exchange with
    /// nobody to blame.
    func endsUnblamed() -> Bool { false }

    /// The exchange is about to be counted.
    func isEnding(_ exchange: Exchange, _ kind: OutcomeKind) {}

    /// The exchange is over; it is not to be used any more.
    func ended(_ outcome: Outcome, _ exchange: Exchange) {}

    /// Takes a piece of the answer's body.
    final func answerGrew(_ bytes: UnsafeRawBufferPointer, _ exchange: Exchange) {
        if answer.isTooLarge { return }
        if !(unsafe answer.take(bytes)) { answerIsTooLarge(exchange) }
    }
}
