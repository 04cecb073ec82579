// Which release this is, and with which OpenSSL it runs.

import COpenSSL

/// What is running.
package enum BuildInfo {
    /// The release, as `CHANGELOG.md` heads it.
    package static let version = "unreleased"

    /// The release of the system's OpenSSL that was found at the start, which may be newer than the
    /// one that the gateway was built with.
    static let openSSL: String = {
        guard let text = unsafe OpenSSL_version(OPENSSL_VERSION_STRING) else { return "" }
        return unsafe String(cString: text)
    }()
}
