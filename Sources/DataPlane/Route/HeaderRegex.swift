// A POSIX extended regular expression over header bytes, compiled once for each worker.

import Glibc

/// A compiled expression; the C library locks each one, so that workers do not share them.
@safe final class HeaderRegex {
    private let compiled: UnsafeMutablePointer<regex_t>

    /// Compiles a pattern that the route file's check has compiled before; nil if it is wrong.
    init?(_ pattern: String) {
        unsafe compiled = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        // unsafe: a C structure that `regcomp` fills, owned by this object.
        if unsafe regcomp(compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0 {
            unsafe compiled.deallocate()
            return nil
        }
    }

    deinit {
        unsafe regfree(compiled)
        unsafe compiled.deallocate()
    }

    /// Whether the expression matches somewhere in these bytes, which hold no NUL.
    func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else {
            var range = regmatch_t(rm_so: 0, rm_eo: 0)
            return unsafe regexec(compiled, "", 1, &range, REG_STARTEND) == 0
        }
        var range = regmatch_t(rm_so: 0, rm_eo: regoff_t(truncatingIfNeeded: bytes.count))
        // unsafe: REG_STARTEND keeps the matcher inside the bytes, which need no NUL at the end.
        return unsafe regexec(
            compiled, base.assumingMemoryBound(to: CChar.self), 1, &range, REG_STARTEND) == 0
    }
}
