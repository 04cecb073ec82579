// A copy of real requests for a version that answers nobody, as a route file says it.

/// What one entry of `shadow:` says: who is mirrored where, what the copy carries, and how its
/// answer is compared with the one that the caller gets.
package struct Shadow: Sendable, Equatable {
    /// What is changed in the copy of a request.
    package struct Changes: Sendable, Equatable {
        /// The fields that tell who the caller is: never copied unless the file says so.
        package static let credentials = [
            "authorization", "cookie", "proxy-authorization", "x-api-key", "x-goog-api-key",
            "x-amz-security-token",
        ]

        /// The host it names; nil leaves the caller's.
        package var host: String?
        /// Whether credentials are copied.
        package var keepsCredentials = false
        /// Lowercase names of fields that are not copied.
        package var stripped: [String] = []
        /// Fields that are set, by their lowercase names, in place of those of the request.
        package var headers: [Header] = []
        /// Fields of the JSON body that are set.
        package var fields: [JSONFieldChange] = []

        /// Changes nothing but credentials.
        package init() {}
    }

    /// One header field that is set.
    package struct Header: Sendable, Equatable {
        /// The lowercase name.
        package let name: String
        /// The value.
        package let value: String

        /// Makes a field whose name and value are known to be fit for a head.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The version that gets the copies, by its index in the route.
    package let version: Int
    /// The share of callers who are mirrored, in buckets: 1 … `BucketTable.bucketCount`.
    package var sample = BucketTable.bucketCount
    /// The methods mirrored, uppercase; empty means every method.
    package var methods: [String] = []
    /// Conditions on header fields, all of which must hold.
    package var headers: [HeaderCondition] = []
    /// Requests with a longer body are not mirrored.
    package var mostBodyBytes = 64 * 1024 * 1024
    /// What is changed in the copy.
    package var changes = Changes()
    /// The waits allowed to the copy.
    package var timeouts = Timeouts()
    /// Copies under way at once; more are dropped.
    package var mostRequests = 128
    /// Bytes held for its copies and their answers at once; what would need more is dropped.
    package var mostBytes = 32 * 1024 * 1024
    /// Whether a caller that goes away ends the copy, too.
    package var endsWithCaller = false
    /// The share of the mirrored requests, in buckets, whose copy also goes to the version that
    /// answers the caller: what two equal versions differ by is noise. 0 for none.
    package var noiseControl = 0
    /// How the answers are compared; nil if they are not.
    package var comparison: ComparisonRule?
    /// Pairs that differ of which the journal keeps an example; 0 keeps none.
    package var keptPairs = 0

    /// A shadow of every request, compared with nothing.
    package init(version: Int) { self.version = version }
}
