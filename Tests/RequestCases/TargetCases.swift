// Targets: absolute form, and what would make us and an upstream see different paths.

extension RequestCases {
    static let targets: [RequestCase] = goodTargets + badTargets + dotSegments

    private static let goodTargets: [RequestCase] = [
        .good("absolute_form", get(target: "http://localhost/cases/a?b"), path: "/cases/a"),
        .good("absolute_form_uppercase_scheme", get(target: "HTTPS://localhost/cases")),
        .good(
            "absolute_form_wins_over_host",
            head("GET https://localhost:8443/cases HTTP/1.1", ["Host: other.test"])),
        .good("absolute_form_without_path", get(target: "http://localhost"), path: "/"),
        .good("absolute_form_with_query_only", get(target: "http://localhost?a=b"), path: "/"),
        .good(
            "absolute_form_http10_without_host",
            head("GET http://localhost/cases HTTP/1.0", []), keepsAlive: false),
        .good("empty_segments", get(target: "/cases//a//"), path: "/cases//a//"),
        .good("three_dots", get(target: "/cases/.../a"), path: "/cases/.../a"),
        .good(
            "dots_within_a_segment", get(target: "/cases/a..b/.c/d."),
            path: "/cases/a..b/.c/d."),
        .good("encoded_slash", get(target: "/cases/a%2Fb"), path: "/cases/a%2Fb"),
        .good(
            "encoded_slash_and_dots_in_a_name", get(target: "/cases%2F..a%2fb..%2f...%5Cc%2"),
            path: "/cases%2F..a%2fb..%2f...%5Cc%2"),
        .good("dots_in_query", get(target: "/cases?/../x")),
        .good("url_in_query", get(target: "/cases?u=http://user@other.test/")),
    ]

    private static let badTargets: [RequestCase] = [
        .bad("get_asterisk", "malformed_target", line("GET * HTTP/1.1")),
        .bad("options_two_asterisks", "malformed_target", line("OPTIONS ** HTTP/1.1")),
        .bad("path_without_slash", "malformed_target", line("GET cases HTTP/1.1")),
        .bad("authority_form_get", "malformed_target", line("GET localhost:443 HTTP/1.1")),
        .bad("query_without_path", "malformed_target", line("GET ?a=b HTTP/1.1")),
        .bad("fragment", "fragment_in_target", get(target: "/cases#top")),
        .bad("fragment_behind_query", "fragment_in_target", get(target: "/cases?a#top")),
        .bad("fragment_first", "fragment_in_target", get(target: "#top")),
        .bad("backslash_in_path", "malformed_target", get(target: "/cases\\a")),
        .bad("backslash_first", "malformed_target", get(target: "\\cases")),
        .bad("quote_in_target", "malformed_target", get(target: "/cases\"")),
        .bad("angle_brackets_in_target", "malformed_target", get(target: "/<cases>")),
        .bad("nul_in_target", "malformed_request_line", get(target: "/ca\0ses")),
        .bad("control_in_target", "malformed_request_line", get(target: "/ca\u{01}ses")),
        .bad("delete_in_target", "malformed_target", get(target: "/ca\u{7F}ses")),
        .bad("latin_in_target", "malformed_target", get(target: "/ca\u{DF}es")),
        .bad("user_info", "user_info_in_target", get(target: "http://me@localhost/cases")),
        .bad(
            "user_info_with_password", "user_info_in_target",
            get(target: "http://me:secret@localhost/cases")),
        .bad(
            "user_info_hides_host", "user_info_in_target",
            get(target: "http://localhost@other.test/cases")),
        .bad("scheme_ftp", "unsupported_scheme", get(target: "ftp://localhost/cases")),
        .bad("scheme_ws", "unsupported_scheme", get(target: "ws://localhost/cases")),
        .bad("scheme_file", "unsupported_scheme", get(target: "file:///etc/passwd")),
        .bad("scheme_without_slashes", "malformed_target", get(target: "http:localhost/cases")),
        .bad("scheme_one_slash", "malformed_target", get(target: "http:/localhost/cases")),
        .bad("absolute_form_empty_host", "malformed_host", get(target: "http:///cases")),
        .bad("absolute_form_port_only", "malformed_host", get(target: "http://:80/cases")),
        .bad(
            "absolute_form_bad_port", "malformed_host",
            get(target: "http://localhost:99999/cases")),
        .bad(
            "absolute_form_backslash_host", "malformed_host",
            get(target: "http://localhost\\.other.test/cases")),
        .bad(
            "absolute_form_percent_host", "malformed_host",
            get(target: "http://local%68ost/cases")),
        .bad(
            "absolute_form_without_host_field", "missing_host",
            head("GET http://localhost/cases HTTP/1.1", [])),
        .bad(
            "absolute_form_with_bad_host_field", "malformed_host",
            head("GET http://localhost/cases HTTP/1.1", ["Host: a b"])),
    ]

    private static let dotSegments: [RequestCase] = [
        "/cases/../admin", "/..", "/.", "/cases/.", "/cases/..", "/cases/./a", "/cases/%2e%2e/a",
        "/cases/%2E%2E/a", "/cases/.%2e/a", "/cases/%2e./a", "/cases/%2e", "/cases/..;/a",
        "/cases/..;x=y", "/cases/%2e%2e;/a", "/cases/...//../a", "/cases/..?a",
        "http://localhost/cases/../a", "http://localhost/..", "/cases/..%2fadmin",
        "/cases/..%2Fadmin", "/cases/%2e%2e%2fadmin", "/cases%2f../admin", "/cases%2F..%2Fadmin",
        "/cases/..%5cadmin", "/cases%5C..", "/cases%2f.",
    ].enumerated().map { index, target in
        .bad("dot_segment_\(index + 1)", "dot_segment", get(target: target))
    }
}
