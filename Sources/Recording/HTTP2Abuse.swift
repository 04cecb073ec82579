// Ways in which a client can misuse HTTP/2: why a connection or a stream was ended.

/// What a client did too much of. The raw value is the place in a worker's counters.
package enum HTTP2Abuse: Int, Sendable, CaseIterable {
    /// Streams were reset too often, by the client or for its errors (CVE-2023-44487,
    /// CVE-2025-8671).
    case resets
    /// A head went on over too many CONTINUATION frames (CVE-2024-28182).
    case continuationFlood
    /// Frames that carry nothing for a request (CVE-2019-9512, -9515, -9518).
    case idleFrameFlood
    /// A small head that unpacks to a huge one (CVE-2016-6581).
    case headerBomb
    /// An answer whose window the client never opened (CVE-2019-9517).
    case stalled

    /// The name in metrics.
    package var name: String {
        switch self {
        case .resets: "rapid_reset"
        case .continuationFlood: "continuation_flood"
        case .idleFrameFlood: "idle_frame_flood"
        case .headerBomb: "header_bomb"
        case .stalled: "stalled"
        }
    }
}
