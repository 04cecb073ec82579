// Whether a request meets a route's conditions on method and headers.

import HTTPWire
import Plan

/// The method and header conditions of one route as bytes; most routes have none.
final class RouteConditions {
    private enum Value {
        case exact([UInt8])
        case regex(HeaderRegex)
        case never
    }

    private let methods: [[UInt8]]
    private let headers: [(name: [UInt8], value: Value)]

    init(_ match: RouteMatch) {
        methods = match.methods.map { Array($0.utf8) }
        headers = match.headers.map { condition in
            let value: Value
            switch condition.value {
            case .exact(let text): value = .exact(Array(text.utf8))
            case .regex(let pattern): value = HeaderRegex(pattern).map(Value.regex) ?? .never
            }
            return (Array(condition.name.utf8), value)
        }
    }

    /// Whether the request fits; a header may stand several times, and one fitting value is enough.
    func accept(_ head: RequestHead, base: UnsafeRawPointer) -> Bool {
        guard unsafe acceptMethod(head, base: base) else { return false }
        return headers.allSatisfy { condition in
            unsafe condition.name.withUnsafeBytes { name in
                for index in 0..<head.fieldCount {
                    let field = head.field(index)
                    guard unsafe field.hasName(name, base: base) else { continue }
                    if unsafe fits(field.value.bytes(at: base), condition.value) { return true }
                }
                return false
            }
        }
    }

    private func acceptMethod(_ head: RequestHead, base: UnsafeRawPointer) -> Bool {
        if methods.isEmpty { return true }
        return methods.contains { unsafe $0.equals(head.method.bytes(at: base)) }
    }

    private func fits(_ bytes: UnsafeRawBufferPointer, _ value: Value) -> Bool {
        switch value {
        case .exact(let wanted): unsafe wanted.equals(bytes)
        case .regex(let regex): unsafe regex.matches(bytes)
        case .never: false
        }
    }
}
