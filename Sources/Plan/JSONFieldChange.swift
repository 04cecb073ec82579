// One field of a request's JSON body that a shadow gets with another value.

/// What `set: {$.model: v3}` says.
package struct JSONFieldChange: Sendable, Equatable {
    /// The values that are replaced.
    package let path: JSONPath
    /// The new value: one JSON value, as bytes.
    package let value: [UInt8]

    /// Makes a change; that the value is JSON is checked where changes are put together.
    package init(path: JSONPath, value: [UInt8]) {
        self.path = path
        self.value = value
    }
}
