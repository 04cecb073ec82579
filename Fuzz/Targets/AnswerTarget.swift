// Answers that are compared, put together, decoded and rewritten.

import Comparison
import Pairing
import Plan

/// The first byte says what is done with the rest; a NUL divides it where two are needed.
enum AnswerTarget {
    private static let most = 256 * 1_024

    static let seeds: [[UInt8]] = {
        let texts = [
            #"{"a":[1,2.5e3,{"b":null}],"c":"d\u00e9\n","e":true}"#, "[[[[]]]]", #"{"a":1,"a":2}"#,
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"index\":0}]}\n\ndata: [DONE]\n\n",
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\n",
        ]
        let pairs = texts.map { Array($0.utf8) + [0] + Array($0.utf8) }
        return (0..<5).flatMap { kind in pairs.map { [UInt8(kind)] + $0 } }
    }()

    static func run(_ input: [UInt8]) {
        guard let first = input.first else { return }
        let rest = input.dropFirst()
        let parts = rest.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        let (left, right) = (Array(parts[0]), parts.count > 1 ? Array(parts[1]) : [])
        switch first % 5 {
        case 0: compare(left, right, .json)
        case 1: compare(left, right, .text)
        case 2: assemble(Array(rest), cutAt: Int(first) / 5)
        case 3: decode(Array(rest), first)
        default: rewrite(left, right)
        }
    }

    private static func answer(_ body: [UInt8]) -> Answer {
        Answer(status: 200, headers: [], body: .whole(body))
    }

    private static func compare(_ left: [UInt8], _ right: [UInt8], _ mode: ComparisonRule.Mode) {
        var rule = ComparisonRule(mode: mode)
        rule.ignored = ["$.x", "$..y"].compactMap { try? JSONPath($0) }
        rule.unordered = ["$.a"].compactMap { try? JSONPath($0) }
        rule.tolerance = NumericTolerance(absolute: 0.5)
        let comparison = PairComparison(rule)
        let there = comparison.compare(primary: answer(left), shadow: answer(right))
        let back = comparison.compare(primary: answer(right), shadow: answer(left))
        promise(there.agreement == back.agreement, "it depends on who is first")
        let same = comparison.compare(primary: answer(left), shadow: answer(left))
        promise(same.agreement != .differs, "an answer differs from itself")
    }

    private static func assemble(_ bytes: [UInt8], cutAt cut: Int) {
        let place = min(cut, bytes.count)
        var (whole, inTwo) = (
            StreamAssembler(limits: ComparisonLimits()), StreamAssembler(limits: ComparisonLimits())
        )
        whole.take(bytes[...])
        inTwo.take(bytes[..<place])
        inTwo.take(bytes[place...])
        promise(whole.finish() == inTwo.finish(), "a cut at \(place) changes the answer")
    }

    private static func decode(_ bytes: [UInt8], _ first: UInt8) {
        let codings = ["gzip", "deflate", "gzip, gzip", "br"][Int(first) / 5 % 4]
        if case .decoded(let content) = ContentDecoding.decode(bytes, codings: codings, most: most)
        {
            promise(content.count <= most, "more than the limit")
        }
    }

    private static func rewrite(_ body: [UInt8], _ value: [UInt8]) {
        guard let path = try? JSONPath("$.a"),
            let change = try? JSONRewrite([JSONFieldChange(path: path, value: value)]),
            let changed = try? change.rewritten(body)
        else { return }
        let comparison = PairComparison(ComparisonRule(mode: .json))
        let result = comparison.compare(primary: answer(changed), shadow: answer(changed))
        promise(result.agreement == .agrees, "what was rewritten is no JSON any more")
    }
}
