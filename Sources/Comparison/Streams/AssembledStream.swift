// A stream of events once it is over.

/// What a stream of events says, put together.
package struct AssembledStream: Sendable, Equatable {
    /// How the stream speaks.
    package let format: StreamFormat
    /// What it says, as a JSON document (see `StreamAssembler`).
    package let document: [UInt8]
    /// How many events came.
    package let eventCount: Int
    /// Why it cannot be compared; nil if it can.
    package let obstacle: BodyObstacle?
}
