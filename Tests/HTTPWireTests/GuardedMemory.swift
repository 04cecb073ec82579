// Memory that ends where a page begins that nobody may read.

import Glibc

/// Holds bytes right before a forbidden page, so that reading one byte too far ends the tests.
final class GuardedMemory {
    private let start: UnsafeMutableRawPointer
    private let capacity: Int
    private let pageSize: Int

    /// Makes memory for at least so many bytes.
    init(capacity wanted: Int = 64 * 1024) {
        pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
        capacity = (wanted + pageSize - 1) / pageSize * pageSize
        let mapped = mmap(
            nil, capacity + pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED,
            mprotect(mapped + capacity, pageSize, PROT_NONE) == 0
        else { fatalError("no memory for the tests") }
        start = mapped
    }

    deinit { munmap(start, capacity + pageSize) }

    /// Puts the bytes at the very end; valid until the next call.
    func place(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
        precondition(bytes.count <= capacity, "the input is larger than the tests' memory")
        let target = start + (capacity - bytes.count)
        bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { memcpy(target, base, source.count) }
        }
        return UnsafeRawBufferPointer(start: target, count: bytes.count)
    }
}
