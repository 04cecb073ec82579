// All the cases, in the order of a message's parts.

/// The table of raw requests.
package enum RequestCases {
    /// Every case; names are unique.
    package static let all: [RequestCase] =
        plain + requestLine + versions + targets + fieldLines + hosts + contentLengths
        + transferEncodings + connections + chunkSizes + chunkData + trailers + limits

    /// The cases that are taken.
    package static let good = all.filter {
        if case .accepted = $0.expected { true } else { false }
    }
}
