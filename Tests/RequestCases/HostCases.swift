// The host field: missing, doubled, malformed, and its good forms.

extension RequestCases {
    static let hosts: [RequestCase] = goodHosts + badHosts

    private static let goodHosts: [RequestCase] = [
        .good("host_with_port", get(host: "localhost:8443")),
        .good("host_with_empty_port", get(host: "localhost:")),
        .good("host_in_capitals", get(host: "LOCALHOST")),
        .good("host_with_last_dot", get(host: "localhost.")),
        .good("host_with_blanks_around", get(host: " localhost\t")),
        .good("host_address", get(host: "127.0.0.1:80"), host: "127.0.0.1"),
        .good("host_bracketed_address", get(host: "[::1]"), host: "[::1]"),
        .good("host_bracketed_address_and_port", get(host: "[::1]:8443"), host: "[::1]"),
        .good(
            "host_field_in_capitals",
            head("GET /cases HTTP/1.1", ["HOST: localhost"])),
        .good(
            "host_field_last",
            head("GET /cases HTTP/1.1", ["Accept: */*", "host: localhost"])),
    ]

    private static let badHosts: [RequestCase] = [
        .bad("host_missing", "missing_host", head("GET /cases HTTP/1.1", [])),
        .bad(
            "host_missing_among_fields", "missing_host",
            head("GET /cases HTTP/1.1", ["Accept: */*", "X-Host: localhost"])),
        .bad("host_missing_options_asterisk", "missing_host", head("OPTIONS * HTTP/1.1", [])),
        .bad("host_twice", "double_host", get("Host: localhost")),
        .bad("host_twice_different", "double_host", get("X-Between: a", "HOST: other.test")),
        .bad(
            "host_twice_http10", "double_host",
            head("GET /cases HTTP/1.0", ["Host: localhost", "Host: localhost"])),
        .bad("host_empty", "malformed_host", get(host: "")),
        .bad("host_of_a_dot", "malformed_host", get(host: ".")),
        .bad("host_list", "malformed_host", get(host: "localhost, other.test")),
        .bad("host_list_without_space", "malformed_host", get(host: "localhost,other.test")),
        .bad("host_user_info", "malformed_host", get(host: "me@localhost")),
        .bad("host_user_info_and_port", "malformed_host", get(host: "localhost:80@other.test")),
        .bad("host_space_inside", "malformed_host", get(host: "local host")),
        .bad("host_tab_inside", "malformed_host", get(host: "local\thost")),
        .bad("host_percent", "malformed_host", get(host: "local%68ost")),
        .bad("host_slash", "malformed_host", get(host: "localhost/cases")),
        .bad("host_backslash", "malformed_host", get(host: "localhost\\")),
        .bad("host_query", "malformed_host", get(host: "localhost?a")),
        .bad("host_fragment", "malformed_host", get(host: "localhost#a")),
        .bad("host_scheme", "malformed_host", get(host: "http://localhost")),
        .bad("host_latin", "malformed_host", get(host: "l\u{F6}calhost")),
        .bad("host_port_too_large", "malformed_host", get(host: "localhost:65536")),
        .bad("host_port_six_digits", "malformed_host", get(host: "localhost:008443")),
        .bad(
            "host_port_huge", "malformed_host",
            get(host: "localhost:18446744073709551617")),
        .bad("host_port_negative", "malformed_host", get(host: "localhost:-1")),
        .bad("host_port_letters", "malformed_host", get(host: "localhost:http")),
        .bad("host_port_twice", "malformed_host", get(host: "localhost:80:80")),
        .bad("host_port_only", "malformed_host", get(host: ":80")),
        .bad("host_bracket_not_closed", "malformed_host", get(host: "[::1")),
        .bad("host_bracket_empty", "malformed_host", get(host: "[]")),
        .bad("host_bracket_other_letters", "malformed_host", get(host: "[::g]")),
        .bad("host_bracket_zone", "malformed_host", get(host: "[fe80::1%25eth0]")),
        .bad("host_bracket_then_text", "malformed_host", get(host: "[::1]localhost")),
        .bad("host_bracket_later", "malformed_host", get(host: "localhost[::1]")),
        .bad("host_address_unbracketed", "malformed_host", get(host: "::1")),
        .bad("host_too_long", "malformed_host", get(host: repeated("a", 256))),
    ]
}
