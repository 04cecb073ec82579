// Why an answer cannot be compared as the rule wants it.

/// What stands against comparing one answer.
package struct BodyObstacle: Error, Sendable, Equatable {
    /// What kind of obstacle it is; the name in metrics.
    package enum Kind: String, Sendable, CaseIterable {
        /// The answer ended before its end.
        case cutOff = "cut_off"
        /// It is no JSON.
        case notJSON = "not_json"
        /// It is no stream of server-sent events.
        case notEvents = "not_events"
        /// It has more bytes than the limit.
        case tooLarge = "too_large"
        /// It is nested deeper than the limit.
        case tooDeep = "too_deep"
        /// It has more values than the limit.
        case tooManyValues = "too_many_values"
        /// It is not in the content coding that it names.
        case miscoded
        /// It is in a content coding that cannot be undone here.
        case unknownCoding = "unknown_coding"
        /// There is none.
        case noAnswer = "no_answer"
        /// Its caller went away, so that nobody knows what it would have been.
        case callerGone = "caller_gone"

        /// Whether the answer is at fault: then it differs from one that is as it should be.
        /// Otherwise only we could not look, and nothing is said.
        var isFault: Bool {
            switch self {
            case .cutOff, .notJSON, .notEvents, .miscoded, .noAnswer: true
            case .tooLarge, .tooDeep, .tooManyValues, .unknownCoding, .callerGone: false
            }
        }
    }

    /// What kind of obstacle it is.
    package let kind: Kind
    /// Where and why, in words that show nothing of the body.
    package let reason: String

    init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    init(_ fault: JSONFault) {
        let kind: Kind =
            switch fault.kind {
            case .notJSON: .notJSON
            case .tooLarge: .tooLarge
            case .tooDeep: .tooDeep
            case .tooManyValues: .tooManyValues
            }
        self.init(kind, fault.description)
    }
}

/// Which of a pair's answers could not be compared, and why.
package struct NotComparable: Sendable, Equatable {
    /// What stands against the primary's; nil if nothing does.
    package let primary: BodyObstacle.Kind?
    /// What stands against the shadow's; nil if nothing does.
    package let shadow: BodyObstacle.Kind?

    /// Tells what stands against each.
    package init(primary: BodyObstacle.Kind?, shadow: BodyObstacle.Kind?) {
        self.primary = primary
        self.shadow = shadow
    }

    /// The same with the sides swapped.
    package var mirrored: NotComparable { NotComparable(primary: shadow, shadow: primary) }

    /// The one reason under which the pair is counted.
    package var reason: BodyObstacle.Kind {
        let both = [primary, shadow].compactMap { $0 }
        return BodyObstacle.Kind.allCases.last { both.contains($0) } ?? .cutOff
    }
}
