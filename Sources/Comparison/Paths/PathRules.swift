// Many paths followed at once, on one way through a document.

import Plan

/// What the paths of a rule mean for the values they select.
struct PathRules: Sendable {
    enum Effect: Sendable {
        case ignored
        case unordered
        case redacted
        /// The place of the tolerance among those of the rule.
        case tolerance(Int32)
        /// The number of the change that gives the value another one.
        case replaced(Int)
    }

    fileprivate struct Entry: Sendable {
        let steps: [JSONPath.Step]
        let effect: Effect
    }

    private var entries: [Entry] = []

    mutating func add(_ path: JSONPath, _ effect: Effect) {
        entries.append(Entry(steps: path.steps, effect: effect))
    }

    /// The cursor at the document itself, and what holds for that.
    var start: PathCursor {
        PathCursor(entries: entries, states: entries.indices.map { .init(entry: $0, step: 0) })
    }
}

/// Where each of the paths stands at one value of a document.
///
/// A path with `..` in it may stand at several of its steps at once.
struct PathCursor: Sendable {
    fileprivate struct State: Sendable, Equatable {
        let entry: Int
        /// How many steps are done.
        let step: Int
    }

    private enum Child {
        case name(ArraySlice<UInt8>)
        case element(Int)
        /// An element of which nobody can say at which place it stands.
        case anyElement
    }

    private let entries: [PathRules.Entry]
    private let states: [State]

    fileprivate init(entries: [PathRules.Entry], states: [State]) {
        self.entries = entries
        self.states = states
    }

    /// Whether no path can select anything here or below.
    var isDone: Bool { states.isEmpty }

    /// Whether the place of an element makes a difference here.
    var knowsPlaces: Bool {
        states.contains { state in
            guard let step = next(state), case .index = step.selector else { return false }
            return true
        }
    }

    /// The cursor at a member.
    func member(_ name: ArraySlice<UInt8>) -> PathCursor { child(.name(name)) }

    /// The cursor at an element.
    func element(_ place: Int) -> PathCursor { child(.element(place)) }

    /// The cursor at an element whose place is not known: every place is taken to be meant.
    func anyElement() -> PathCursor { child(.anyElement) }

    // MARK: What holds here

    /// Whether the value is left out of the comparison.
    var isIgnored: Bool { effects { if case .ignored = $0 { true } else { false } } }
    /// Whether the order of the value's elements counts for nothing.
    var isUnordered: Bool { effects { if case .unordered = $0 { true } else { false } } }
    /// Whether the value is not to be shown.
    var isRedacted: Bool { effects { if case .redacted = $0 { true } else { false } } }

    /// The tolerance that holds from here on; nil if the one from above goes on.
    var tolerance: Int32? {
        var last: Int32?
        for state in states where next(state) == nil {
            if case .tolerance(let place) = entries[state.entry].effect {
                last = max(place, last ?? place)
            }
        }
        return last
    }

    /// The changes that give the value another one.
    var changes: [Int] {
        states.compactMap { state in
            guard next(state) == nil, case .replaced(let change) = entries[state.entry].effect
            else { return nil }
            return change
        }
    }

    private func effects(_ isMeant: (PathRules.Effect) -> Bool) -> Bool {
        states.contains { next($0) == nil && isMeant(entries[$0.entry].effect) }
    }

    private func next(_ state: State) -> JSONPath.Step? {
        let steps = entries[state.entry].steps
        return state.step < steps.count ? steps[state.step] : nil
    }

    private func child(_ child: Child) -> PathCursor {
        if states.isEmpty { return self }
        var reached: [State] = []
        for state in states {
            guard let step = next(state) else { continue }
            if step.isRecursive && !reached.contains(state) { reached.append(state) }
            guard Self.selects(step.selector, child) else { continue }
            let state = State(entry: state.entry, step: state.step + 1)
            if !reached.contains(state) { reached.append(state) }
        }
        return PathCursor(entries: entries, states: reached)
    }

    private static func selects(_ selector: JSONPath.Selector, _ child: Child) -> Bool {
        switch (selector, child) {
        case (.any, _), (.index, .anyElement): true
        case (.name(let wanted), .name(let name)): name.elementsEqual(wanted)
        case (.index(let wanted), .element(let place)): wanted == place
        default: false
        }
    }
}
