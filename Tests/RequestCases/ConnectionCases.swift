// The connection field: persistence, nominations and upgrades.

extension RequestCases {
    static let connections: [RequestCase] = [
        .good("connection_close", get("Connection: close"), keepsAlive: false),
        .good("connection_close_in_capitals", get("Connection: CLOSE"), keepsAlive: false),
        .good("connection_close_in_list", get("Connection: x-a , ,close"), keepsAlive: false),
        .good(
            "connection_close_in_second_field", get("Connection: x-a", "Connection: close"),
            keepsAlive: false),
        .good("connection_close_wins", get("Connection: close, keep-alive"), keepsAlive: false),
        .good("connection_keep_alive", get("Connection: keep-alive", "Keep-Alive: timeout=5")),
        .good("connection_closed_is_another_word", get("Connection: closed")),
        .good("connection_empty", get("Connection:")),
        .good("connection_commas_only", get("Connection: ,, ,")),
        .good(
            "connection_close_http10_wins",
            head("GET /cases HTTP/1.0", ["Connection: keep-alive, close"]), host: "",
            keepsAlive: false),
        .good("connection_nominates_host", get("Connection: host")),
        .goodPost(
            "connection_nominates_content_length",
            post("Connection: content-length", "Content-Length: 5"), framing: "length 5"),
        .goodPost(
            "connection_nominates_transfer_encoding",
            post(
                "Connection: transfer-encoding", "Transfer-Encoding: chunked",
                body: "5\r\nhello\r\n0\r\n\r\n"), framing: "chunked"),
        .good(
            "connection_nominates_forwarded_for",
            get("Connection: x-forwarded-for", "X-Forwarded-For: 192.0.2.1")),
        .good("connection_nominates_extension", get("Connection: x-a", "X-A: b")),
        .good(
            "connection_nominates_itself", get("Connection: connection, close"),
            keepsAlive: false),
        .good(
            "upgrade_websocket",
            get(
                "Connection: keep-alive, Upgrade", "Upgrade: websocket",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")),
        .good(
            "upgrade_http2",
            get("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")),
        .good("upgrade_not_nominated", get("Upgrade: websocket")),
        .good("te_trailers", get("Connection: TE", "TE: trailers")),
        .good("te_gzip", get("Connection: TE", "TE: gzip;q=0.5, trailers")),
        .good(
            "forwarded_fields",
            get(
                "Forwarded: for=192.0.2.1", "X-Forwarded-For: 192.0.2.1", "X-Real-IP: 192.0.2.1",
                "X-Request-ID: 1", "X-Sluice-Version: v2", "Via: 1.1 other")),
    ]
}
