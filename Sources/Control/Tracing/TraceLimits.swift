// What bounds the exporting of spans.

/// Limits of the exporter.
package struct TraceLimits: Sendable {
    /// Spans in one post.
    package var batch = 512
    /// How long spans wait for others to be posted with, in milliseconds.
    package var waitMilliseconds = 1_000
    /// How often it is looked whether a batch is full, in milliseconds.
    package var lookMilliseconds = 100
    /// How long the collector may take to answer, in milliseconds.
    package var timeoutMilliseconds = 5_000
    /// How often a batch is sent before it is given up.
    package var attempts = 4
    /// The pause after the first failure, in milliseconds; doubles each time.
    package var pauseMilliseconds = 500
    /// The longest pause, also if the collector asks for a longer one, in milliseconds.
    package var longestPauseMilliseconds = 10_000
    /// How long the end of the gateway may wait for the last spans, in milliseconds.
    package var endMilliseconds = 3_000
    /// Bytes of an answer that are read.
    package var answerBytes = 64 * 1_024

    /// The defaults.
    package init() {}
}
