// What can be wrong with a message: a status, a name for it, and a sentence for its sender.

/// A reason to refuse a head or a body.
package enum HeadFault: UInt8, CaseIterable, Sendable {
    // The head as a whole.
    case headTooLarge, tooManyFields, targetTooLong, bareLineFeed
    // The request line.
    case malformedRequestLine, malformedVersion, unsupportedVersion, connectRefused
    case malformedTarget, fragmentInTarget, userInfoInTarget, unsupportedScheme, dotSegment
    // Fields.
    case malformedFieldName, spaceBeforeColon, foldedField, missingColon, malformedFieldValue
    case missingHost, doubleHost, malformedHost, unknownExpectation
    // Framing.
    case malformedContentLength, doubleContentLength, lengthWithTransferEncoding
    case unknownTransferEncoding, doubleTransferEncoding, transferEncodingInHTTP10, bodyOnTrace
    // Chunks.
    case malformedChunkSize, malformedChunkExtension, chunkLineTooLong, malformedChunkEnd
    case malformedTrailer, trailersTooLarge
    // Answers.
    case malformedStatusLine

    /// The status of the refusal.
    package var status: Int { description.status }
    /// The fault's lasting name, for logs and tests.
    package var slug: StaticString { description.slug }
    /// One sentence for whoever sent it.
    package var detail: StaticString { description.detail }

    private var description: (status: Int, slug: StaticString, detail: StaticString) {
        switch self {
        case .headTooLarge: (431, "head_too_large", "the head is longer than the limit")
        case .tooManyFields: (431, "too_many_fields", "the head has more fields than the limit")
        case .targetTooLong: (414, "target_too_long", "the request target is longer than the limit")
        case .bareLineFeed:
            (400, "bare_line_feed", "a line of the head ends without a carriage return")
        case .malformedRequestLine:
            (400, "malformed_request_line", "the request line is not METHOD TARGET VERSION")
        case .malformedVersion:
            (400, "malformed_version", "the request line does not end in HTTP/1.1 or HTTP/1.0")
        case .unsupportedVersion:
            (505, "unsupported_version", "only HTTP/1.1 and HTTP/1.0 are spoken here")
        case .connectRefused: (405, "connect_refused", "CONNECT is not served here")
        case .malformedTarget:
            (400, "malformed_target", "the request target holds characters that may not be there")
        case .fragmentInTarget:
            (400, "fragment_in_target", "the request target may not hold a fragment")
        case .userInfoInTarget:
            (400, "user_info_in_target", "the request target may not hold a user name")
        case .unsupportedScheme:
            (400, "unsupported_scheme", "the request target is no http or https URL")
        case .dotSegment:
            (400, "dot_segment", "the path may not hold dot segments, encoded or not")
        case .malformedFieldName:
            (400, "malformed_field_name", "a field's name is not a token")
        case .spaceBeforeColon:
            (400, "space_before_colon", "there is a space between a field's name and its colon")
        case .foldedField: (400, "folded_field", "a field is folded over several lines")
        case .missingColon: (400, "missing_colon", "a line of the head has no colon")
        case .malformedFieldValue:
            (400, "malformed_field_value", "a field's value holds control characters")
        case .missingHost: (400, "missing_host", "the host field is missing")
        case .doubleHost: (400, "double_host", "there is more than one host field")
        case .malformedHost: (400, "malformed_host", "the host is not a valid name and port")
        case .unknownExpectation:
            (417, "unknown_expectation", "only the expectation 100-continue can be met")
        case .malformedContentLength:
            (400, "malformed_content_length", "content-length is not a decimal number")
        case .doubleContentLength:
            (400, "double_content_length", "there is more than one content-length field")
        case .lengthWithTransferEncoding:
            (
                400, "length_with_transfer_encoding",
                "content-length and transfer-encoding exclude each other"
            )
        case .unknownTransferEncoding:
            (501, "unknown_transfer_encoding", "only the transfer encoding chunked is known")
        case .doubleTransferEncoding:
            (400, "double_transfer_encoding", "there is more than one transfer-encoding field")
        case .transferEncodingInHTTP10:
            (400, "transfer_encoding_in_http10", "HTTP/1.0 has no transfer-encoding")
        case .bodyOnTrace: (400, "body_on_trace", "a TRACE request may not have a body")
        case .malformedChunkSize:
            (400, "malformed_chunk_size", "a chunk's size is not 1 to 16 hexadecimal digits")
        case .malformedChunkExtension:
            (400, "malformed_chunk_extension", "a chunk's extension holds control characters")
        case .chunkLineTooLong:
            (400, "chunk_line_too_long", "a chunk's size line is longer than the limit")
        case .malformedChunkEnd:
            (400, "malformed_chunk_end", "a chunk does not end where its size says")
        case .malformedTrailer: (400, "malformed_trailer", "a trailer field is malformed")
        case .trailersTooLarge:
            (431, "trailers_too_large", "the trailer fields are longer than the limit")
        case .malformedStatusLine:
            (400, "malformed_status_line", "the status line is not HTTP/1.1 STATUS REASON")
        }
    }
}
