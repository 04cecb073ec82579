// Heads at their limits and one beyond.

extension RequestCases {
    private static let longestTarget = "/" + repeated("a", CaseLimits.targetBytes - 1)

    /// A head of exactly so many bytes, its last empty line included.
    private static func headOf(bytes: Int) -> String {
        let rest = get("X-Long: ").utf8.count
        return get("X-Long: " + repeated("a", bytes - rest))
    }

    /// A head of exactly so many fields.
    private static func headOf(fields: Int) -> String {
        let others = (1..<fields).map { "X-\($0): a" }
        return head("GET /cases HTTP/1.1", ["Host: localhost"] + others)
    }

    static let limits: [RequestCase] = [
        .good("target_as_long_as_allowed", get(target: longestTarget), path: longestTarget),
        .refused(
            "target_one_too_long", 414, "target_too_long",
            get(target: longestTarget + "a")),
        .refused(
            "target_one_too_long_with_query", 414, "target_too_long",
            get(target: "/cases?" + repeated("a", CaseLimits.targetBytes - 6))),
        .refused(
            "target_far_too_long", 414, "target_too_long",
            get(target: "/" + repeated("a", 20_000))),
        .refused(
            "target_longer_than_a_head", 414, "target_too_long",
            get(target: "/" + repeated("a", CaseLimits.headBytes))),
        .refused(
            "target_one_too_long_behind_empty_line", 414, "target_too_long",
            "\r\n" + get(target: longestTarget + "a")),
        .refused(
            "method_far_too_long", 414, "target_too_long",
            line(repeated("A", 20_000) + " /cases HTTP/1.1")),
        .good("head_as_long_as_allowed", headOf(bytes: CaseLimits.headBytes)),
        .refused(
            "head_one_too_long", 431, "head_too_large",
            headOf(bytes: CaseLimits.headBytes + 1)),
        .refused(
            "head_as_long_as_allowed_behind_empty_line", 431, "head_too_large",
            "\r\n" + headOf(bytes: CaseLimits.headBytes - 1)),
        .refused(
            "head_far_too_long", 431, "head_too_large",
            headOf(bytes: CaseLimits.headBytes + 2_000)),
        .good("as_many_fields_as_allowed", headOf(fields: CaseLimits.headFields)),
        .refused(
            "one_field_too_many", 431, "too_many_fields",
            headOf(fields: CaseLimits.headFields + 1)),
        .refused("far_too_many_fields", 431, "too_many_fields", headOf(fields: 900)),
    ]
}
