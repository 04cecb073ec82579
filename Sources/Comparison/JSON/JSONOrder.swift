// A total order of JSON values: what unordered arrays are sorted by.

/// Compares values wholly; tolerances play no part.
enum JSONOrder {
    /// -1, 0 or 1; 0 only for values that are equal exactly.
    static func order(_ left: JSONValue, _ right: JSONValue) -> Int {
        switch (left, right) {
        case (.null, .null), (.ignored, .ignored): return 0
        case (.bool(let left), .bool(let right)): return left == right ? 0 : left ? 1 : -1
        case (.number(let left), .number(let right)): return left.order(right)
        case (.string(let left), .string(let right)): return ByteOrder.order(left, right)
        case (.array(let left), .array(let right)): return order(left, right)
        case (.bag(let left), .bag(let right)): return order(left, right)
        case (.object(let left), .object(let right)): return order(left, right)
        default: return rank(left) < rank(right) ? -1 : 1
        }
    }

    /// Values in their order.
    static func sorted(_ values: [JSONValue]) -> [JSONValue] {
        values.sorted { order($0, $1) < 0 }
    }

    private static func order(_ left: [JSONValue], _ right: [JSONValue]) -> Int {
        for (left, right) in zip(left, right) {
            let result = order(left, right)
            if result != 0 { return result }
        }
        return order(left.count, right.count)
    }

    private static func order(_ left: [JSONMember], _ right: [JSONMember]) -> Int {
        for (left, right) in zip(left, right) {
            let name = ByteOrder.order(left.name, right.name)
            if name != 0 { return name }
            let value = order(left.value, right.value)
            if value != 0 { return value }
        }
        return order(left.count, right.count)
    }

    private static func order(_ left: Int, _ right: Int) -> Int {
        left == right ? 0 : left < right ? -1 : 1
    }

    private static func rank(_ value: JSONValue) -> Int {
        switch value {
        case .ignored: 0
        case .null: 1
        case .bool: 2
        case .number: 3
        case .string: 4
        case .array: 5
        case .bag: 6
        case .object: 7
        }
    }
}
