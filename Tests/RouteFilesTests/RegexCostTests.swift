// Expressions that the C library would write out without end are refused; usual ones are not.

import Testing

@testable import RouteFiles

@Suite("Cost of regular expressions")
struct RegexCostTests {
    @Test(
        "usual expressions are let through",
        arguments: [
            "", "gold", "^(gold|silver)$", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a{1000}",
            "(a{9}){9}", "[(){}]*", "[]()]{5}", "[^]{9999}{9999}]", "[[:alpha:]({9999}]",
            "\\(\\)\\{",
            "a{,}", "{", "}", ")", "a{", "[", "(", "\\", "[[:", "(((((((((a)))))))))", "\\\\1",
            "[\\1]",
        ])
    func usual(_ pattern: String) {
        #expect(RegexCost.problem(pattern) == nil)
    }

    @Test(
        "repetitions that multiply are refused",
        arguments: [
            "((a{255}){255}){255}", "(a{101}){100}", "a{10001}", "a{1,10001}", "a{10001,}",
            "(((((a?){20}){20}){20}){5})", "[a]{200}{200}", "(a{5000}b{5001})",
            "((a|b{100}){50}){50}", "a{99999999999999999999999}", "\\({10001}", "a*{200}{200}",
        ])
    func multiplied(_ pattern: String) {
        #expect(RegexCost.problem(pattern)?.contains("repetitions") == true)
    }

    @Test("back references are refused", arguments: ["(a)\\1", "\\9", "((a)(b))\\2x"])
    func references(_ pattern: String) {
        #expect(RegexCost.problem(pattern)?.contains("back reference") == true)
    }
}
