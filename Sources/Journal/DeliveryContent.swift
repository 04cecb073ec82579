// What a message tells of.

/// A decision, or a change of an alert.
package enum DeliveryContent: Sendable, Equatable {
    case decision(StoredDecision)
    case alert(StoredAlert)

    /// In the words of the log.
    package var words: String {
        switch self {
        case .decision(let stored): "decision \(stored.id)"
        case .alert(let stored): "alert \(stored.id)"
        }
    }
}
