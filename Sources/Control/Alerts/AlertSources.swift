// What alerts are worked out from: a copy of what the controller knows at one moment.

import Recording

/// The gateway at one moment, with the figures of its past.
struct AlertSources: Sendable {
    let state: GatewayState
    let history: FigureHistory
    /// The second of the clock that the history goes by.
    let second: Int
    /// The time of day in milliseconds since 1970.
    let dayMilliseconds: Int

    /// For how many seconds the gateway has been counting.
    var age: Int { max(0, dayMilliseconds / 1_000 - state.startSecond) }
}
