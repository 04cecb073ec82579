// Walks through two JSON documents side by side and notes where they differ.

import Plan

/// One comparison of two documents in their normal form.
struct JSONComparer {
    private let tolerances: [NumericTolerance]
    private let limits: ComparisonLimits
    private(set) var found: Differences
    private var trail = JSONTrail()

    /// While elements are paired, differences are only counted, here.
    private var counted: Int?
    private var pairingStepsLeft: Int
    /// After so many elements it is seen whether more of an array's differences are only counted.
    private static let lookEvery = 64

    /// `tolerances` are those that the documents' numbers name by their place.
    init(tolerances: [NumericTolerance], limits: ComparisonLimits) {
        self.tolerances = tolerances
        self.limits = limits
        found = Differences(limits: limits)
        pairingStepsLeft = limits.pairingSteps
    }

    /// Compares two documents. The result mirrors that of the swapped documents exactly: they are
    /// always walked through in the same order, whichever is the primary's.
    static func differences(
        _ primary: JSONValue, _ shadow: JSONValue, tolerances: [NumericTolerance],
        redaction: RedactionCursor, limits: ComparisonLimits
    ) -> Differences {
        let order = JSONOrder.order(primary, shadow)
        var comparer = JSONComparer(tolerances: tolerances, limits: limits)
        if order == 0 { return comparer.found }
        if order < 0 {
            comparer.compare(primary, shadow, redaction)
            return comparer.found
        }
        comparer.compare(shadow, primary, redaction)
        return comparer.found.mirrored
    }

    private mutating func compare(
        _ left: JSONValue, _ right: JSONValue, _ redaction: RedactionCursor
    ) {
        if counted != nil {
            pairingStepsLeft -= 1
            if pairingStepsLeft < 0 { return }
        }
        if let differ = plainValuesDiffer(left, right) {
            if differ { note(.value, left, right, redaction) }
            return
        }
        switch (left, right) {
        case (.object(let left), .object(let right)): compare(left, right, redaction)
        case (.array(let left), .array(let right)): compare(left, right, redaction)
        case (.bag(let left), .bag(let right)): compareBags(left, right, redaction)
        case (.ignored, _), (_, .ignored): break
        default: note(.type, left, right, redaction)
        }
    }

    /// Whether two values differ that hold no others; nil for all other pairs.
    private func plainValuesDiffer(_ left: JSONValue, _ right: JSONValue) -> Bool? {
        switch (left, right) {
        case (.number(let left), .number(let right)):
            let place = Int(left.tolerance)
            return !left.isNear(right, place < tolerances.count ? tolerances[place] : .exact)
        case (.string(let left), .string(let right)): return left != right
        case (.bool(let left), .bool(let right)): return left != right
        case (.null, .null): return false
        default: return nil
        }
    }

    // MARK: Objects and arrays

    private mutating func compare(
        _ left: [JSONMember], _ right: [JSONMember], _ redaction: RedactionCursor
    ) {
        var own = 0
        var other = 0
        while own < left.count || other < right.count {
            let order =
                own == left.count
                ? 1
                : other == right.count ? -1 : ByteOrder.order(left[own].name, right[other].name)
            let member = order <= 0 ? left[own] : right[other]
            trail.push(.name(member.name))
            let redaction = redaction.member(member.name)
            if order == 0 {
                compare(left[own].value, right[other].value, redaction)
            } else {
                note(
                    order < 0 ? .missing : .extra, order < 0 ? member.value : nil,
                    order < 0 ? nil : member.value, redaction)
            }
            trail.pop()
            if order <= 0 { own += 1 }
            if order >= 0 { other += 1 }
        }
    }

    private mutating func compare(
        _ left: [JSONValue], _ right: [JSONValue], _ redaction: RedactionCursor
    ) {
        // Long arrays may differ everywhere: once such a difference is only counted, nothing else
        // is done for it.
        var isOnlyCounted = false
        let common = min(left.count, right.count)
        for place in 0..<common {
            if isOnlyCounted, let differ = plainValuesDiffer(left[place], right[place]) {
                if differ { found.noteAgain() }
                continue
            }
            trail.push(.element(place))
            compare(left[place], right[place], redaction.element(place))
            if counted == nil && !isOnlyCounted && place % Self.lookEvery == 0 {
                isOnlyCounted = found.isOnlyCounted(trail.group(most: limits.pathBytes))
            }
            trail.pop()
        }
        let surplus = left.count > common ? left[common...] : right[common...]
        if surplus.contains(where: { if case .ignored = $0 { false } else { true } }) {
            noteLengths(left.count, right.count)
        }
    }

    // MARK: Unordered arrays

    private mutating func compareBags(
        _ left: [JSONValue], _ right: [JSONValue], _ redaction: RedactionCursor
    ) {
        let (left, right) = Self.withoutEqual(left, right)
        if left.isEmpty && right.isEmpty { return }
        let redaction = redaction.anyElement()
        trail.push(.anyElement)
        let pairs = pairs(left, right, redaction)
        for (own, other) in pairs { compare(left[own], right[other], redaction) }
        let paired = (Set(pairs.map(\.0)), Set(pairs.map(\.1)))
        for place in left.indices where !paired.0.contains(place) {
            note(.missing, left[place], nil, redaction)
        }
        for place in right.indices where !paired.1.contains(place) {
            note(.extra, nil, right[place], redaction)
        }
        trail.pop()
    }

    /// What is left of two sorted arrays once equal elements are taken out in pairs.
    private static func withoutEqual(
        _ left: [JSONValue], _ right: [JSONValue]
    ) -> ([JSONValue], [JSONValue]) {
        var rest: ([JSONValue], [JSONValue]) = ([], [])
        var own = 0
        var other = 0
        while own < left.count && other < right.count {
            let order = JSONOrder.order(left[own], right[other])
            if order < 0 { rest.0.append(left[own]) }
            if order > 0 { rest.1.append(right[other]) }
            if order <= 0 { own += 1 }
            if order >= 0 { other += 1 }
        }
        rest.0 += left[own...]
        rest.1 += right[other...]
        return rest
    }

    /// Which elements are compared with which: with the fewest differences in all if there are
    /// few elements, else in their order by value.
    private mutating func pairs(
        _ left: [JSONValue], _ right: [JSONValue], _ redaction: RedactionCursor
    ) -> [(Int, Int)] {
        let inOrder = zip(left.indices, right.indices).map { ($0, $1) }
        guard max(left.count, right.count) <= limits.pairedElements, pairingStepsLeft > 0,
            left.count > 1 || right.count > 1
        else { return inOrder }
        var costs: [[Int]] = []
        for own in left {
            costs.append(right.map { differenceCount(own, $0, redaction) })
            if pairingStepsLeft < 0 { return inOrder }
        }
        return Assignment.cheapest(costs)
    }

    private mutating func differenceCount(
        _ left: JSONValue, _ right: JSONValue, _ redaction: RedactionCursor
    ) -> Int {
        let before = counted
        counted = 0
        compare(left, right, redaction)
        let count = counted ?? 0
        counted = before
        return count
    }

    // MARK: Noting

    private mutating func note(
        _ kind: Difference.Kind, _ left: JSONValue?, _ right: JSONValue?,
        _ redaction: RedactionCursor
    ) {
        if let count = counted {
            counted = count + 1
            return
        }
        note(kind) { ValueText.shown(kind, left, right, redaction, most: $0) }
    }

    private mutating func noteLengths(_ left: Int, _ right: Int) {
        if let count = counted {
            counted = count + 1
            return
        }
        note(.length) { _ in (ValueText.elements(left), ValueText.elements(right)) }
    }

    private mutating func note(
        _ kind: Difference.Kind, _ values: (Int) -> (left: String?, right: String?)
    ) {
        let group = trail.group(most: limits.pathBytes)
        found.note(group) {
            let shown = values(limits.valueBytes)
            return Difference(
                path: trail.path(most: limits.pathBytes), group: group, kind: kind,
                primary: shown.left, shadow: shown.right)
        }
    }
}
