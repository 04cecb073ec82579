// Field lines: names, colons, folding and control characters.

extension RequestCases {
    static let fieldLines: [RequestCase] = goodFields + badNames + badValues

    private static let goodFields: [RequestCase] = [
        .good("field_without_value", get("X-Empty:")),
        .good("field_of_blanks", get("X-Empty: \t ")),
        .good("field_without_space", get("X-Tight:value")),
        .good("field_with_blanks_around", get("X-Wide: \t value \t ")),
        .good("field_with_tab_inside", get("X-Tab: a\tb")),
        .good("field_with_latin_value", get("X-Name: Ren\u{E9}e")),
        .good("field_name_of_every_token_mark", get("!#$%&'*+-.^_`|~09azAZ: x")),
        .good("field_value_with_colons", get("X-Url: http://a:b@c/")),
        .good("field_value_full_of_eights", get("X-Eight: " + repeated("12345678", 20))),
        .good("fields_of_the_same_name", get("X-Twin: a", "X-Twin: b")),
        .good("expect_continue", get("Expect: 100-continue")),
        .goodPost(
            "expect_continue_with_body",
            post("Expect: 100-Continue", "Content-Length: 5"), framing: "length 5"),
        .refused("expect_another", 417, "unknown_expectation", get("Expect: 200-ok")),
        .refused("expect_empty", 417, "unknown_expectation", get("Expect:")),
        .refused(
            "expect_list", 417, "unknown_expectation",
            get("Expect: 100-continue, 100-continue")),
        .refused(
            "expect_twice", 417, "unknown_expectation",
            get("Expect: 100-continue", "Expect: 100-continue")),
    ]

    private static let badNames: [RequestCase] = [
        .bad("space_before_colon", "space_before_colon", get("X-Name : a")),
        .bad("tab_before_colon", "space_before_colon", get("X-Name\t: a")),
        .bad("space_before_colon_of_length", "space_before_colon", post("Content-Length : 5")),
        .bad(
            "space_before_colon_of_coding", "space_before_colon",
            post("Transfer-Encoding : chunked", body: "0\r\n\r\n")),
        .bad(
            "space_before_colon_of_host", "space_before_colon",
            head("GET /cases HTTP/1.1", ["Host : localhost"])),
        .bad("space_in_name", "malformed_field_name", get("X Name: a")),
        .bad("parenthesis_in_name", "malformed_field_name", get("X(Name): a")),
        .bad("slash_in_name", "malformed_field_name", get("X/Name: a")),
        .bad("nul_in_name", "malformed_field_name", get("X\0Name: a")),
        .bad("control_in_name", "malformed_field_name", get("X\u{1F}Name: a")),
        .bad("delete_in_name", "malformed_field_name", get("X\u{7F}Name: a")),
        .bad("latin_in_name", "malformed_field_name", get("X\u{E9}Name: a")),
        .bad(
            "vertical_tab_before_colon", "malformed_field_name",
            post("Content-Length\u{0B}: 5")),
        .bad("empty_name", "malformed_field_name", get(": a")),
        .bad("colon_only", "malformed_field_name", get(":")),
        .bad("missing_colon", "missing_colon", get("X-Name")),
        .bad(
            "missing_colon_in_first_field", "missing_colon",
            head("GET /cases HTTP/1.1", ["localhost", "Host: localhost"])),
        .bad("carriage_return_in_name", "missing_colon", get("X-Na\rme: a")),
        .bad("carriage_return_before_colon", "missing_colon", get("X-Name\r: a")),
        .bad("line_of_a_carriage_return", "missing_colon", get("\r")),
        .bad("request_line_twice", "malformed_field_name", get("GET /admin HTTP/1.1")),
        .bad(
            "folded_first_field", "folded_field",
            head("GET /cases HTTP/1.1", [" Host: localhost"])),
        .bad(
            "folded_first_field_by_tab", "folded_field",
            head("GET /cases HTTP/1.1", ["\tHost: localhost"])),
        .bad("folded_later_field", "folded_field", get("X-Name: a", " b")),
        .bad("folded_later_field_by_tab", "folded_field", get("X-Name: a", "\tb")),
        .bad(
            "folded_coding", "folded_field",
            post("Transfer-Encoding:", " chunked", body: "0\r\n\r\n")),
        .bad("line_of_a_space", "folded_field", get(" ")),
        .bad(
            "space_before_first_field", "folded_field",
            head("GET /cases HTTP/1.1", [" Content-Length: 5", "Host: localhost"]) + "hello"),
    ]

    private static let badValues: [RequestCase] = [
        .bad("nul_in_value", "malformed_field_value", get("X-Name: a\0b")),
        .bad("control_in_value", "malformed_field_value", get("X-Name: a\u{01}b")),
        .bad("escape_in_value", "malformed_field_value", get("X-Name: a\u{1B}[0m")),
        .bad("delete_in_value", "malformed_field_value", get("X-Name: a\u{7F}b")),
        .bad("form_feed_in_value", "malformed_field_value", get("X-Name: a\u{0C}b")),
        .bad("nul_last_in_value", "malformed_field_value", get("X-Name: 1234567\0")),
        .bad("carriage_return_in_value", "malformed_field_value", get("X-Name: a\rb")),
        .bad(
            "carriage_return_hides_length", "malformed_field_value",
            post("X-Name: a\rContent-Length: 5")),
        .bad("carriage_return_first_in_value", "malformed_field_value", get("X-Name:\ra")),
        .bad(
            "two_carriage_returns_at_end_of_line", "malformed_field_value",
            get("X-Name: a\r")),
        .bad("line_feed_in_value", "bare_line_feed", get("X-Name: a\nb")),
        .bad(
            "line_feed_hides_field", "bare_line_feed",
            post("X-Name: a\nContent-Length: 5")),
        .bad(
            "line_feed_at_end_of_field", "bare_line_feed",
            "GET /cases HTTP/1.1\r\nHost: localhost\nX-Name: a\r\n\r\n"),
        .bad(
            "line_feed_ends_head", "bare_line_feed",
            "GET /cases HTTP/1.1\r\nHost: localhost\r\n\n"),
        .bad(
            "two_line_feeds_end_head", "bare_line_feed",
            "GET /cases HTTP/1.1\r\nHost: localhost\n\n"),
    ]
}
