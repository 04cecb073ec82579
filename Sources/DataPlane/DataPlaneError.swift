// Why the data plane could not start or take something, in words for people.

import Glibc

/// A failure of the data plane as a whole; exchanges have their own.
package struct DataPlaneError: Error, Sendable, CustomStringConvertible {
    /// One sentence: what, why, and how to mend it.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The system's words for an error number.
package enum SystemError {
    /// A few words, without the number if there are any.
    package static func text(_ number: Int32) -> String {
        guard let words = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: words)
    }
}
