// What differs between two documents, where, and what is shown of it.

import Plan
import Testing

@testable import Comparison

@Suite("JSON comparison")
struct JSONComparisonTests {
    private struct Case {
        let primary: String
        let shadow: String
        let lines: [String]
    }

    @Test(arguments: [
        ("{\"a\":1,\"b\":[true,null]}", "{\"b\":[true,null],\"a\":1.0}", [String]()),
        ("{\"a\":1}", "{\"a\":2}", ["value $.a: 1 | 2"]),
        ("{\"a\":1}", "{\"a\":\"1\"}", ["type $.a: 1 | \"1\""]),
        ("{\"a\":null}", "{}", ["missing $.a: null | -"]),
        ("{}", "{\"a\":{\"b\":[1]}}", ["extra $.a: - | {\"b\":[1]}"]),
        ("[1,2,3]", "[1,5]", ["value $[1]: 2 | 5", "length $: 3 elements | 2 elements"]),
        ("[]", "[0]", ["length $: 0 elements | 1 element"]),
        ("[]", "{}", ["type $: [] | {}"]), ("true", "false", ["value $: true | false"]),
        ("{\"a b\":{\"it's\":1}}", "{\"a b\":{\"it's\":2}}", ["value $['a b']['it\\'s']: 1 | 2"]),
        (
            "{\"choices\":[{\"text\":\"Paris\"},{\"text\":\"Rome\"}]}",
            "{\"choices\":[{\"text\":\"Lyon\"},{\"text\":\"Rome\"}]}",
            ["value $.choices[0].text: \"Paris\" | \"Lyon\""]
        ),
        ("{\"a\":1,\"a\":2}", "{\"a\":2}", []), ("\"\\u0041\"", "\"A\"", []),
        ("\"e\\u0301\"", "\"\\u00e9\"", ["value $: \"é\" | \"é\""]),
    ])
    func tellsWhatDiffers(primary: String, shadow: String, lines: [String]) throws {
        let rule = try ComparisonRule.json()
        let result = rule.compare(primary, shadow)
        #expect(result.lines.map { Array($0.utf8) }.count == lines.count)
        #expect(result.lines == lines)
        #expect(result.agreement == (lines.isEmpty ? .agrees : .differs))
        #expect(rule.compare(shadow, primary) == result.mirrored)
    }

    @Test func groupsHaveNoPlaces() throws {
        let result = try ComparisonRule.json().compare(
            "{\"c\":[{\"t\":1},{\"t\":2}],\"x\":[1]}", "{\"c\":[{\"t\":3},{\"t\":4}],\"x\":[1,2]}")
        #expect(result.differences.groups == ["$.c[*].t", "$.x"])
        #expect(result.differences.total == 3)
    }

    @Test(arguments: [
        (["$.id"], "{\"id\":1}", "{\"id\":2}"), (["$.id"], "{\"id\":1}", "{}"),
        (
            ["$..created"], "{\"created\":1,\"a\":[{\"b\":{\"created\":1}}]}",
            "{\"a\":[{\"b\":{\"created\":2}}]}"
        ),
        (
            ["$.c[*].logprobs"], "{\"c\":[{\"logprobs\":{\"x\":1}}]}",
            "{\"c\":[{\"logprobs\":null}]}"
        ),
        (["$[1]"], "[1,2,3]", "[1,9,3]"), (["$[2]"], "[1,2]", "[1,2,3]"),
        (["$[*]"], "[1,2]", "[7]"), (["$.*"], "{\"a\":1}", "{\"b\":{}}"),
        (["$..*"], "{\"a\":1}", "{\"b\":{}}"),
        (["$['a b'].c"], "{\"a b\":{\"c\":1}}", "{\"a b\":{\"c\":[]}}"),
        (["$.a..b"], "{\"a\":{\"b\":1,\"x\":{\"b\":2}}}", "{\"a\":{\"x\":{\"b\":3}}}"),
        (["$..a.b"], "{\"a\":{\"a\":{\"b\":1}}}", "{\"a\":{\"a\":{\"b\":2}}}"),
        (["$"], "{\"a\":1}", "[]"),
        (["$..[0]"], "{\"a\":[1,[2,3]]}", "{\"a\":[0,[9,3]]}"),
    ])
    func ignoresWhatItIsTold(ignored: [String], primary: String, shadow: String) throws {
        #expect(
            try ComparisonRule.json(ignored: ignored).compare(primary, shadow).agreement == .agrees)
        #expect(try ComparisonRule.json().compare(primary, shadow).agreement == .differs)
    }

    @Test(arguments: [
        (["$.id"], "{\"a\":{\"id\":1}}", "{\"a\":{\"id\":2}}"),
        (["$..b"], "{\"a\":1}", "{\"a\":2}"),
        (["$[1]"], "[1,2,3]", "[9,2,3]"), (["$.a.b"], "{\"a\":1}", "{\"a\":2}"),
        (["$.a[*]"], "{\"a\":{}}", "{\"a\":[]}"),
        (["$.A"], "{\"a\":1}", "{\"a\":2}"), (["$[0]"], "{\"0\":1}", "{\"0\":2}"),
    ])
    func ignoresNothingElse(ignored: [String], primary: String, shadow: String) throws {
        #expect(
            try ComparisonRule.json(ignored: ignored).compare(primary, shadow).agreement == .differs
        )
    }

    @Test func tolerancesOfPathsHoldBelowThem() throws {
        let rule = try ComparisonRule.json(
            tolerance: .init(absolute: 0.1),
            tolerances: [
                ("$.scores", .init(absolute: 1)), ("$.scores.exact", .exact),
                ("$..loose", .init(absolute: 5)),
                ("$..loose", .init(absolute: 9)),
            ])
        func agrees(_ left: String, _ right: String) -> Bool {
            rule.compare(left, right).agreement == .agrees
        }
        #expect(agrees("{\"x\":1}", "{\"x\":1.1}"))
        #expect(!agrees("{\"x\":1}", "{\"x\":1.2}"))
        #expect(agrees("{\"scores\":{\"a\":[1,2]}}", "{\"scores\":{\"a\":[2,3]}}"))
        #expect(!agrees("{\"scores\":{\"exact\":1}}", "{\"scores\":{\"exact\":1.01}}"))
        #expect(agrees("{\"scores\":{\"exact\":1}}", "{\"scores\":{\"exact\":1.0}}"))
        #expect(agrees("{\"scores\":{\"loose\":1}}", "{\"scores\":{\"loose\":10}}"))
        #expect(!agrees("{\"scores\":{\"loose\":1}}", "{\"scores\":{\"loose\":10.5}}"))
    }

    @Test func differencesAreCountedWhollyAndToldInPart() throws {
        var rule = try ComparisonRule.json()
        rule.limits.differences = 5
        rule.limits.differencesPerGroup = 2
        rule.limits.groups = 3
        let numbers = { (add: Int) in
            "{\"n\":[" + (0..<1_000).map { "\($0 + add)" }.joined(separator: ",") + "]"
                + "abcd".map { ",\"\($0)\":\(add)" }.joined() + "}"
        }
        let found = rule.compare(numbers(0), numbers(1)).differences
        #expect(found.total == 1_004)
        #expect(found.told.map(\.path) == ["$.a", "$.b", "$.c", "$.d", "$.n[0]"])
        #expect(found.groups == ["$.a", "$.b", "$.c"])
        #expect(found.hasOtherGroups)
        rule.limits = ComparisonLimits()
        let all = rule.compare(numbers(0), numbers(1)).differences
        #expect(all.total == 1_004)
        #expect(all.groups.count == 5 && !all.hasOtherGroups)
        #expect(
            all.told.filter { $0.group == "$.n[*]" }.map(\.path) == ["$.n[0]", "$.n[1]", "$.n[2]"])
    }

    @Test func longValuesAreShownWhereTheyDiffer() throws {
        let start = String(repeating: "Lorem ipsum dolor sit amet. ", count: 100)
        let result = try ComparisonRule.json().compare(
            "{\"t\":\"\(start)Paris.\"}", "{\"t\":\"\(start)Lyon.\"}")
        let found = try #require(result.differences.told.first)
        #expect(found.primary?.hasSuffix("sit amet. Paris.\"") == true)
        #expect(found.shadow?.hasSuffix("sit amet. Lyon.\"") == true)
        #expect(found.primary?.hasPrefix("…") == true)
        #expect((found.primary ?? "").utf8.count <= ComparisonLimits().valueBytes + 6)
    }

    @Test func longPathsAreCut() throws {
        let name = String(repeating: "n", count: 5_000)
        let deep = { (end: Int) in
            String(repeating: "{\"\(name)\":", count: 20) + "\(end)"
                + String(repeating: "}", count: 20)
        }
        let found = try #require(
            try ComparisonRule.json().compare(deep(1), deep(2)).differences.told.first)
        #expect(found.path.utf8.count <= ComparisonLimits().pathBytes + 3)
        #expect(found.path.hasSuffix("…"))
    }

    @Test(arguments: [
        ("{\"a\":1}", "<html>", PairResult.Agreement.differs, nil, nil),
        ("", "{}", .differs, nil, nil), ("", "", .agrees, nil, nil),
        ("<p>", "<p>", .agrees, nil, nil),
        ("<p>", "<html>", .notComparable, BodyObstacle.Kind.notJSON, BodyObstacle.Kind.notJSON),
        ("[[[[1]]]]", "[]", .notComparable, .tooDeep, nil),
        ("[[[[1]]]]", "x", .notComparable, .tooDeep, .notJSON),
        ("[]", "[1,2,3,4,5,6,7,8,9]", .notComparable, nil, .tooManyValues),
        ("[]", "\"0123456789012345678901234567890123456789\"", .notComparable, nil, .tooLarge),
    ])
    func saysWhatCannotBeCompared(
        primary: String, shadow: String, agreement: PairResult.Agreement,
        primaryObstacle: BodyObstacle.Kind?, shadowObstacle: BodyObstacle.Kind?
    ) throws {
        var rule = try ComparisonRule.json()
        rule.limits.depth = 3
        rule.limits.values = 8
        rule.limits.bodyBytes = 40
        let result = rule.compare(primary, shadow)
        #expect(result.agreement == agreement)
        #expect(result.notComparable?.primary == primaryObstacle)
        #expect(result.notComparable?.shadow == shadowObstacle)
        #expect(rule.compare(shadow, primary) == result.mirrored)
    }

    @Test func anAnswerThatIsNoJSONSaysWhereItIsNot() throws {
        let result = try ComparisonRule.json().compare("{\"a\":1}", "{\"a\":1,}")
        #expect(result.lines == ["type $: an object | byte 7: expected a name here"])
    }
}
