// Chunks: sizes, extensions and the line ends around the data.

extension RequestCases {
    private static let end = "0\r\n\r\n"

    static let chunkSizes: [RequestCase] = goodSizes + badSizes + extensions

    private static let goodSizes: [RequestCase] = [
        .goodPost(
            "chunk_size_capital_digits", chunked("A\r\n0123456789\r\n" + end),
            framing: "chunked", body: "0123456789"),
        .goodPost(
            "chunk_size_small_digits", chunked("b\r\n0123456789a\r\n" + end),
            framing: "chunked", body: "0123456789a"),
        .goodPost(
            "chunk_size_sixteen_digits",
            chunked("0000000000000005\r\nhello\r\n0000000000000000\r\n\r\n"),
            framing: "chunked"),
        .goodPost(
            "chunk_size_zeros_end_the_body", chunked("5\r\nhello\r\n00\r\n\r\n"),
            framing: "chunked"),
        .goodPost(
            "chunks_of_one_byte",
            chunked("1\r\nh\r\n1\r\ne\r\n1\r\nl\r\n1\r\nl\r\n1\r\no\r\n" + end),
            framing: "chunked"),
        .goodPost(
            "chunk_data_looks_like_the_end", chunked("5\r\n0\r\n\r\n\r\n" + end),
            framing: "chunked", body: "0\r\n\r\n"),
    ]

    private static let badSizes: [RequestCase] =
        [
            ("empty", ""), ("hexadecimal_prefix", "0x5"), ("plus", "+5"), ("minus", "-5"),
            ("space_behind", "5 "), ("space_before", " 5"), ("tab_behind", "5\t"),
            ("tab_before", "\t5"), ("seventeen_digits", "00000000000000005"),
            ("thousands_of_zeros", repeated("0", 200) + "5"),
            ("most_64", "ffffffffffffffff"), ("overflow_63", "8000000000000000"),
            ("overflow_64", "10000000000000005"), ("letter", "g"), ("digit_then_letter", "5g"),
            ("underscore", "0_5"), ("comma", "5,5"), ("nul", "5\0"), ("latin", "\u{B5}"),
            ("decimal_point", "5.0"), ("space_before_extension", "5 ;a"),
            ("two_carriage_returns", "5\r"), ("carriage_return_then_text", "5\ra"),
            ("full_width_digit_byte", "\u{15}"), ("quoted", "\"5\""),
        ].map { name, size in
            .bad(
                "chunk_size_\(name)", "malformed_chunk_size",
                chunked("\(size)\r\nhello\r\n" + end))
        } + [
            .bad(
                "chunk_size_line_feed_only", "malformed_chunk_size",
                chunked("5\nhello\r\n" + end)),
            .bad(
                "chunk_size_missing_at_the_end", "malformed_chunk_size",
                chunked("5\r\nhello\r\n\r\n\r\n")),
            .bad(
                "last_chunk_line_feed_only", "malformed_chunk_size",
                chunked("5\r\nhello\r\n0\n\n")),
        ]

    private static let extensions: [RequestCase] = [
        .goodPost(
            "chunk_extension", chunked("5;name=value;flag\r\nhello\r\n" + end),
            framing: "chunked"),
        .goodPost(
            "chunk_extension_quoted", chunked("5;a=\"b;c\"\r\nhello\r\n0;last\r\n\r\n"),
            framing: "chunked"),
        .goodPost(
            "chunk_extension_with_blanks", chunked("5; a = b\t\r\nhello\r\n" + end),
            framing: "chunked"),
        .goodPost(
            "chunk_extension_empty", chunked("5;\r\nhello\r\n" + end),
            framing: "chunked"),
        .goodPost(
            "chunk_extension_as_long_as_allowed",
            chunked("5;" + repeated("a", CaseLimits.chunkLineBytes - 4) + "\r\nhello\r\n" + end),
            framing: "chunked"),
        .bad(
            "chunk_extension_one_too_long", "chunk_line_too_long",
            chunked("5;" + repeated("a", CaseLimits.chunkLineBytes - 3) + "\r\nhello\r\n" + end)),
        .bad(
            "chunk_extension_far_too_long", "chunk_line_too_long",
            chunked("5;" + repeated("a", 4_000) + "\r\nhello\r\n" + end)),
        .bad(
            "chunk_extension_line_feed", "malformed_chunk_extension",
            chunked("5;a\nhello\r\n" + end)),
        .bad(
            "chunk_extension_nul", "malformed_chunk_extension",
            chunked("5;a\0\r\nhello\r\n" + end)),
        .bad(
            "chunk_extension_escape", "malformed_chunk_extension",
            chunked("5;a=\u{1B}\r\nhello\r\n" + end)),
        .bad(
            "chunk_extension_delete", "malformed_chunk_extension",
            chunked("5;\u{7F}\r\nhello\r\n" + end)),
        .bad(
            "chunk_extension_carriage_return", "malformed_chunk_size",
            chunked("5;a\rb\r\nhello\r\n" + end)),
        .bad(
            "last_chunk_extension_line_feed", "malformed_chunk_extension",
            chunked("5\r\nhello\r\n0;a\n\r\n")),
    ]

    static let chunkData: [RequestCase] = [
        .bad(
            "chunk_data_longer_than_size", "malformed_chunk_end",
            chunked("4\r\nhello\r\n" + end)),
        .bad(
            "chunk_data_shorter_than_size", "malformed_chunk_end",
            chunked("6\r\nhello\r\n" + end)),
        .bad("chunk_data_without_line_end", "malformed_chunk_end", chunked("5\r\nhello" + end)),
        .bad(
            "chunk_data_line_feed_only", "malformed_chunk_end",
            chunked("5\r\nhello\n" + end)),
        .bad(
            "chunk_data_carriage_return_only", "malformed_chunk_end",
            chunked("5\r\nhello\r" + end)),
        .bad(
            "chunk_data_line_end_reversed", "malformed_chunk_end",
            chunked("5\r\nhello\n\r" + end)),
        .bad(
            "chunk_data_any_two_bytes_behind", "malformed_chunk_end",
            chunked("5\r\nhelloxx" + end)),
        .bad(
            "chunk_data_second_chunk_longer", "malformed_chunk_end",
            chunked("5\r\nhello\r\n1\r\nab\r\n" + end)),
    ]
}
