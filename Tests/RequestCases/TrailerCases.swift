// Fields behind a chunked body.

extension RequestCases {
    /// A chunked body of `hello` that ends in these trailer lines, written with their line ends.
    private static func trailing(_ lines: String) -> String {
        chunked("5\r\nhello\r\n0\r\n" + lines + "\r\n")
    }

    static let trailers: [RequestCase] = goodTrailers + badTrailers

    private static let goodTrailers: [RequestCase] = [
        .goodPost("trailer", trailing("Server-Timing: a;dur=1\r\n"), framing: "chunked"),
        .goodPost(
            "trailer_disallowed_host", trailing("Host: other.test\r\n"),
            framing: "chunked"),
        .goodPost(
            "trailer_disallowed_length", trailing("Content-Length: 99\r\n"),
            framing: "chunked"),
        .goodPost(
            "trailer_disallowed_coding", trailing("Transfer-Encoding: chunked\r\n"),
            framing: "chunked"),
        .goodPost(
            "trailer_disallowed_forwarded_for",
            trailing("X-Forwarded-For: 192.0.2.1\r\nAuthorization: a\r\n"), framing: "chunked"),
        .goodPost(
            "trailers_many", trailing("X-A: 1\r\nX-B: 2\r\nX-C:\r\ngrpc-status: 0\r\n"),
            framing: "chunked"),
        .goodPost(
            "trailers_as_long_as_allowed",
            trailing("X-Long: " + repeated("a", CaseLimits.trailerBytes - 12) + "\r\n"),
            framing: "chunked"),
    ]

    private static let badTrailers: [RequestCase] =
        [
            ("without_colon", "X-Name\r\n"), ("space_before_colon", "X-Name : a\r\n"),
            ("empty_name", ": a\r\n"), ("bad_name", "X Name: a\r\n"),
            ("folded", "X-Name: a\r\n b\r\n"), ("folded_first", " X-Name: a\r\n"),
            ("nul", "X-Name: a\0\r\n"), ("control", "X-Name: \u{08}\r\n"),
            ("bare_line_feed", "X-Name: a\n"), ("line_feed_first", "\n"),
            ("bare_carriage_return", "X-Name: a\rb\r\n"),
            ("two_carriage_returns", "X-Name: a\r\r\n"), ("carriage_return_first", "\r\r\n"),
            ("request_line", "GET /admin HTTP/1.1\r\n"),
            ("bad_behind_good", "X-A: 1\r\nX-B\r\n"),
        ].map { name, lines in
            .bad("trailer_\(name)", "malformed_trailer", trailing(lines))
        } + [
            .refused(
                "trailers_one_too_long", 431, "trailers_too_large",
                trailing("X-Long: " + repeated("a", CaseLimits.trailerBytes - 11) + "\r\n")),
            .refused(
                "trailers_too_many", 431, "trailers_too_large",
                trailing(repeated("X-Name: a\r\n", 1_000))),
            .refused(
                "trailers_disallowed_count_too", 431, "trailers_too_large",
                trailing("Host: " + repeated("a", CaseLimits.trailerBytes) + "\r\n")),
        ]
}
