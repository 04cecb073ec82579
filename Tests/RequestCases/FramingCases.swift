// Content-Length and Transfer-Encoding: whatever two servers might read differently.

extension RequestCases {
    static let contentLengths: [RequestCase] = goodLengths + badLengths

    private static let goodLengths: [RequestCase] = [
        .goodPost("length_blanks_around", post("Content-Length: \t5 \t"), framing: "length 5"),
        .goodPost(
            "length_leading_zeros", post("Content-Length: 0000000005"),
            framing: "length 5"),
        .goodPost("length_in_capitals", post("CONTENT-LENGTH: 5"), framing: "length 5"),
    ]

    private static let badLengths: [RequestCase] = [
        .bad(
            "length_twice_equal", "double_content_length",
            post("Content-Length: 5", "Content-Length: 5")),
        .bad(
            "length_twice_different", "double_content_length",
            post("Content-Length: 5", "Content-Length: 6")),
        .bad(
            "length_twice_other_case", "double_content_length",
            post("Content-Length: 5", "X-Between: a", "content-length: 0")),
        .bad(
            "length_twice_zero", "double_content_length",
            post("Content-Length: 0", "Content-Length: 0", body: "")),
        .bad(
            "length_thrice", "double_content_length",
            post("Content-Length: 5", "Content-Length: 5", "Content-Length: 5")),
        .bad("length_list_equal", "malformed_content_length", post("Content-Length: 5, 5")),
        .bad("length_list_different", "malformed_content_length", post("Content-Length: 5,6")),
        .bad("length_list_of_one", "malformed_content_length", post("Content-Length: 5,")),
        .bad("length_plus", "malformed_content_length", post("Content-Length: +5")),
        .bad("length_minus", "malformed_content_length", post("Content-Length: -1")),
        .bad(
            "length_minus_zero", "malformed_content_length",
            post("Content-Length: -0", body: "")),
        .bad("length_hexadecimal", "malformed_content_length", post("Content-Length: 0x5")),
        .bad("length_hexadecimal_digit", "malformed_content_length", post("Content-Length: a")),
        .bad("length_exponent", "malformed_content_length", post("Content-Length: 5e0")),
        .bad("length_decimal_point", "malformed_content_length", post("Content-Length: 5.0")),
        .bad("length_underscore", "malformed_content_length", post("Content-Length: 0_5")),
        .bad("length_empty", "malformed_content_length", post("Content-Length:")),
        .bad("length_blank", "malformed_content_length", post("Content-Length: \t ")),
        .bad("length_space_inside", "malformed_content_length", post("Content-Length: 5 0")),
        .bad("length_quoted", "malformed_content_length", post("Content-Length: \"5\"")),
        .bad("length_word", "malformed_content_length", post("Content-Length: five")),
        .bad(
            "length_overflow_64", "malformed_content_length",
            post("Content-Length: 18446744073709551621")),
        .bad(
            "length_most_64", "malformed_content_length",
            post("Content-Length: 18446744073709551615")),
        .bad(
            "length_overflow_63", "malformed_content_length",
            post("Content-Length: 9223372036854775808")),
        .bad(
            "length_of_a_thousand_digits", "malformed_content_length",
            post("Content-Length: " + repeated("9", 1_000))),
        .bad("length_vertical_tab", "malformed_field_value", post("Content-Length: \u{0B}5")),
        .bad("length_nul", "malformed_field_value", post("Content-Length: 5\0")),
        .bad("length_latin_blank", "malformed_content_length", post("Content-Length: \u{A0}5")),
        .bad(
            "length_http10_twice", "double_content_length",
            head("POST /cases HTTP/1.0", ["Content-Length: 5", "Content-Length: 5"]) + "hello"),
    ]

    static let transferEncodings: [RequestCase] = goodCodings + lengthAndCoding + badCodings

    private static let goodCodings: [RequestCase] = [
        .goodPost(
            "coding_in_capitals", post("TRANSFER-ENCODING: CHUNKED", body: "0\r\n\r\n"),
            framing: "chunked", body: ""),
        .goodPost(
            "coding_space_and_tab_behind",
            post("Transfer-Encoding: chunked \t", body: "0\r\n\r\n"), framing: "chunked",
            body: ""),
        .goodPost(
            "coding_tab_before",
            post("Transfer-Encoding:\tchunked", body: "0\r\n\r\n"), framing: "chunked",
            body: ""),
    ]

    private static let lengthAndCoding: [RequestCase] = [
        .bad(
            "length_then_coding", "length_with_transfer_encoding",
            post("Content-Length: 5", "Transfer-Encoding: chunked", body: "0\r\n\r\n")),
        .bad(
            "coding_then_length", "length_with_transfer_encoding",
            post("Transfer-Encoding: chunked", "Content-Length: 5", body: "0\r\n\r\n")),
        .bad(
            "length_zero_and_coding", "length_with_transfer_encoding",
            post("Content-Length: 0", "Transfer-Encoding: chunked", body: "0\r\n\r\n")),
        .bad(
            "length_and_unknown_coding", "length_with_transfer_encoding",
            post("Content-Length: 5", "Transfer-Encoding: identity")),
        .bad(
            "malformed_length_and_coding", "length_with_transfer_encoding",
            post("Content-Length: x", "Transfer-Encoding: chunked", body: "0\r\n\r\n")),
        .bad(
            "length_and_coding_http10", "length_with_transfer_encoding",
            head("POST /cases HTTP/1.0", ["Content-Length: 5", "Transfer-Encoding: chunked"])
                + "0\r\n\r\n"),
    ]

    private static let badCodings: [RequestCase] =
        [
            ("coding_xchunked", "xchunked"), ("coding_chunkedx", "chunkedx"),
            ("coding_gzip_chunked", "gzip, chunked"), ("coding_chunked_gzip", "chunked, gzip"),
            ("coding_chunked_twice_in_list", "chunked, chunked"),
            ("coding_list_of_one", "chunked,"), ("coding_list_led_by_comma", ", chunked"),
            ("coding_identity", "identity"), ("coding_identity_chunked", "identity, chunked"),
            ("coding_empty", ""), ("coding_with_parameter", "chunked;q=1"),
            ("coding_quoted", "\"chunked\""), ("coding_gzip", "gzip"), ("coding_cow", "cow"),
            ("coding_space_inside", "chunked chunked"), ("coding_latin_blank", "\u{A0}chunked"),
        ].map { name, value in
            .refused(
                name, 501, "unknown_transfer_encoding",
                post("Transfer-Encoding: \(value)", body: "0\r\n\r\n"))
        } + [
            .bad(
                "coding_vertical_tab", "malformed_field_value",
                post("Transfer-Encoding: \u{0B}chunked", body: "0\r\n\r\n")),
            .bad(
                "coding_nul", "malformed_field_value",
                post("Transfer-Encoding: chunked\0", body: "0\r\n\r\n")),
            .bad(
                "coding_twice", "double_transfer_encoding",
                post(
                    "Transfer-Encoding: chunked", "Transfer-Encoding: chunked",
                    body: "0\r\n\r\n")),
            .bad(
                "coding_twice_different", "double_transfer_encoding",
                post(
                    "Transfer-Encoding: identity", "Transfer-Encoding: chunked",
                    body: "0\r\n\r\n")),
            .bad(
                "coding_http10", "transfer_encoding_in_http10",
                head("POST /cases HTTP/1.0", ["Transfer-Encoding: chunked"]) + "0\r\n\r\n"),
            .bad(
                "coding_http10_keep_alive", "transfer_encoding_in_http10",
                head(
                    "POST /cases HTTP/1.0",
                    ["Connection: keep-alive", "Transfer-Encoding: chunked"]) + "0\r\n\r\n"),
        ]
}
