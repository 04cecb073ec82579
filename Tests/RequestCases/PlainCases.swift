// Ordinary requests of all sorts, which must be taken.

extension RequestCases {
    static let plain: [RequestCase] = [
        .good("get", get("Accept: */*", "User-Agent: cases")),
        .good("get_with_query", get(target: "/cases?a=1&b=/../%2e%2e"), path: "/cases"),
        .good("head", line("HEAD /cases HTTP/1.1"), method: "HEAD"),
        .good("delete", line("DELETE /cases/7 HTTP/1.1"), method: "DELETE", path: "/cases/7"),
        .good("unknown_method", line("PURGE /cases HTTP/1.1"), method: "PURGE"),
        .good("lowercase_method_is_another_method", line("get /cases HTTP/1.1"), method: "get"),
        .good(
            "method_of_every_token_mark", line("!#$%&'*+-.^_`|~ /cases HTTP/1.1"),
            method: "!#$%&'*+-.^_`|~"),
        .goodPost("post_with_length", post("Content-Length: 5"), framing: "length 5"),
        .goodPost(
            "post_with_chunks",
            chunked("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), framing: "chunked",
            body: "hello world"),
        .goodPost("post_without_body", post(body: ""), framing: "none", body: ""),
        .goodPost(
            "post_with_length_zero", post("Content-Length: 0", body: ""),
            framing: "none", body: ""),
        .good(
            "get_with_body",
            get("Content-Length: 3") + "abc", framing: "length 3", body: "abc"),
        .goodPost(
            "body_that_looks_like_a_request",
            post("Content-Length: 18", body: "GET / HTTP/1.1\r\n\r\n"), framing: "length 18",
            body: "GET / HTTP/1.1\r\n\r\n"),
        .goodPost(
            "body_of_every_sort_of_byte",
            post("Content-Length: 6", body: "\0\r\n\u{7F}\u{80}\u{FF}"), framing: "length 6",
            body: "\0\r\n\u{7F}\u{80}\u{FF}"),
        .good("options_asterisk", line("OPTIONS * HTTP/1.1"), method: "OPTIONS", path: ""),
        .good("options_path", line("OPTIONS /cases HTTP/1.1"), method: "OPTIONS"),
        .good("trace", line("TRACE /cases HTTP/1.1"), method: "TRACE"),
        .refused(
            "trace_with_length", 400, "body_on_trace",
            head("TRACE /cases HTTP/1.1", ["Host: localhost", "Content-Length: 5"]) + "hello"),
        .refused(
            "trace_with_chunks", 400, "body_on_trace",
            head("TRACE /cases HTTP/1.1", ["Host: localhost", "Transfer-Encoding: chunked"])
                + "0\r\n\r\n"),
        .refused(
            "connect", 405, "connect_refused",
            head("CONNECT localhost:443 HTTP/1.1", ["Host: localhost:443"])),
        .refused("connect_of_a_path", 405, "connect_refused", line("CONNECT /cases HTTP/1.1")),
        .good("http10", head("GET /cases HTTP/1.0", ["Host: localhost"]), keepsAlive: false),
        .good(
            "http10_without_host", head("GET /cases HTTP/1.0", []), host: "",
            keepsAlive: false),
        .good(
            "http10_keep_alive",
            head("GET /cases HTTP/1.0", ["Host: localhost", "Connection: Keep-Alive"])),
        .good(
            "http10_with_length",
            head("POST /cases HTTP/1.0", ["Host: localhost", "Content-Length: 5"]) + "hello",
            method: "POST", framing: "length 5", keepsAlive: false, body: "hello"),
        .good("empty_line_first", "\r\n" + get()),
        .bad("two_empty_lines_first", "malformed_request_line", "\r\n\r\n" + get()),
        .bad("bare_line_feed_first", "bare_line_feed", "\n" + get()),
        .bad("carriage_return_first", "malformed_request_line", "\r" + get()),
        .bad("space_first", "malformed_request_line", " " + get()),
        .bad("tab_first", "malformed_request_line", "\t" + get()),
        .bad("nul_first", "malformed_request_line", "\0" + get()),
        .bad("byte_order_mark_first", "malformed_request_line", "\u{EF}\u{BB}\u{BF}" + get()),
    ]
}
