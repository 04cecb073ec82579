// Request lines that are not exactly METHOD SP TARGET SP VERSION.

extension RequestCases {
    static let requestLine: [RequestCase] = [
        .bad("two_spaces_before_target", "malformed_request_line", line("GET  /cases HTTP/1.1")),
        .bad("two_spaces_before_version", "malformed_version", line("GET /cases  HTTP/1.1")),
        .bad("tab_before_target", "malformed_request_line", line("GET\t/cases HTTP/1.1")),
        .bad("tab_before_version", "malformed_request_line", line("GET /cases\tHTTP/1.1")),
        .bad(
            "vertical_tab_before_target", "malformed_request_line",
            line("GET\u{0B}/cases HTTP/1.1")),
        .bad(
            "carriage_return_before_version", "malformed_request_line",
            line("GET /cases\rHTTP/1.1")),
        .bad("line_feed_in_request_line", "bare_line_feed", line("GET /cases\nHTTP/1.1")),
        .bad("space_in_target", "malformed_version", line("GET /cases /x HTTP/1.1")),
        .bad("no_target", "malformed_request_line", line("GET HTTP/1.1")),
        .bad("no_version", "malformed_request_line", line("GET /cases")),
        .bad("http09_request", "malformed_request_line", "GET /cases\r\n\r\n"),
        .bad("method_only", "malformed_request_line", line("GET")),
        .bad("colon_in_method", "malformed_request_line", line("GE:T /cases HTTP/1.1")),
        .bad("nul_in_method", "malformed_request_line", line("GE\0T /cases HTTP/1.1")),
        .bad("latin_in_method", "malformed_request_line", line("G\u{C9}T /cases HTTP/1.1")),
        .bad(
            "bare_line_feeds_only", "bare_line_feed",
            "GET /cases HTTP/1.1\nHost: localhost\n\n"),
        .bad(
            "two_carriage_returns_behind_version", "malformed_version",
            "GET /cases HTTP/1.1\r\r\nHost: localhost\r\n\r\n"),
        .bad("text_behind_version", "malformed_version", line("GET /cases HTTP/1.1 x")),
        .bad("answer_in_place_of_request", "malformed_request_line", line("HTTP/1.1 200 OK")),
    ]

    static let versions: [RequestCase] = [
        .refused("version_1_2", 505, "unsupported_version", line("GET /cases HTTP/1.2")),
        .refused("version_2_0", 505, "unsupported_version", line("GET /cases HTTP/2.0")),
        .refused("version_0_9", 505, "unsupported_version", line("GET /cases HTTP/0.9")),
        .refused("version_9_9", 505, "unsupported_version", line("GET /cases HTTP/9.9")),
        .refused(
            "http2_preface", 505, "unsupported_version",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        .bad("version_lowercase", "malformed_version", line("GET /cases http/1.1")),
        .bad("version_mixed_case", "malformed_version", line("GET /cases Http/1.1")),
        .bad("version_leading_zero", "malformed_version", line("GET /cases HTTP/01.1")),
        .bad("version_two_digit_minor", "malformed_version", line("GET /cases HTTP/1.10")),
        .bad("version_without_minor", "malformed_version", line("GET /cases HTTP/1")),
        .bad("version_with_comma", "malformed_version", line("GET /cases HTTP/1,1")),
        .bad("version_trailing_space", "malformed_version", line("GET /cases HTTP/1.1 ")),
        .bad("version_trailing_tab", "malformed_version", line("GET /cases HTTP/1.1\t")),
        .bad("version_trailing_nul", "malformed_version", line("GET /cases HTTP/1.1\0")),
        .bad("version_of_another_protocol", "malformed_version", line("GET /cases ICAP/1.0")),
        .bad("version_negative", "malformed_version", line("GET /cases HTTP/-1.1")),
    ]
}
