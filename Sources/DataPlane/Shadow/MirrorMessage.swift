// What a worker tells the loop of shadows. The two share nothing else.

import HTTPWire
import NIOCore
import Plan
import Recording

/// One thing that happened to a mirrored request, by its number.
enum MirrorMessage: Sendable {
    /// There is a request to copy; its head is whole.
    case begin(MirrorBeginning)
    /// More of its body has come.
    case body(UInt64, ByteBuffer)
    /// All of it has come, with these lines of trailers.
    case requestEnded(UInt64, trailers: [UInt8])
    /// One of the copies is not to go on, for it would need too much.
    case dropped(UInt64, leg: Int, ShadowDrop)
    /// The caller went away: copies that end with their caller do so now.
    case callerGone(UInt64)
    /// The caller's exchange is over.
    case answered(UInt64, MirroredAnswer)
}

/// A request to copy.
struct MirrorBeginning: Sendable {
    let number: UInt64
    /// When the request was taken, by the clock of loops, in nanoseconds.
    let atNanoseconds: UInt64
    /// The plan in which `route`, `version` and the legs' shadows are to be found.
    let revision: UInt64
    let route: Int
    /// The version that answers the caller.
    let version: Int
    /// The endpoint that was asked first; nil if none was.
    var endpoint: Endpoint?
    /// The head that was written for that endpoint, in the form of HTTP/1.1.
    let head: ByteBuffer
    let framing: BodyFraming
    let method: MethodKind
    let isGRPC: Bool
    let identifier: RequestIdentifier
    /// The trace of the request; nil unless it is recorded.
    let trace: ExchangeTrace.Seed?
    let legs: [MirrorLeg]
}

/// One copy of a request.
struct MirrorLeg: Sendable {
    /// The shadow, by its place in the route.
    let shadow: Int
    /// Whether the copy goes to the version that answers the caller.
    let isControl: Bool
    let ledger: ShadowLedger
    /// The bytes that are under way to the copy, its head included.
    let held: HeldBytes

    /// Gives the copy's place back, and counts why if it was dropped.
    func end(_ reason: ShadowDrop?, _ all: ShadowLedger) {
        held.end()
        if let reason { ledger.dropped(reason) }
        ledger.giveBack()
        all.giveBack()
    }
}

/// What the caller was answered.
struct MirroredAnswer: Sendable {
    let outcome: Outcome
    let fields: [UInt8]
    let body: [UInt8]
    let isTooLarge: Bool
    let endpoint: Endpoint?
    let held: HeldBytes
}
