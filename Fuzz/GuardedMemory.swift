// Memory that ends where a page begins that nobody may read: a read too far ends the process.

import Glibc

extension [UInt8] {
    /// Lets `body` have the bytes right before a forbidden page.
    func alone<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let page = sysconf(Int32(_SC_PAGESIZE))
        let size = (count / page + 1) * page
        let mapped = mmap(
            nil, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let start = mapped, start != MAP_FAILED,
            mprotect(start + size, page, PROT_NONE) == 0
        else { fatalError("no memory") }
        defer { munmap(start, size + page) }
        let memory = UnsafeMutableRawBufferPointer(start: start + (size - count), count: count)
        memory.copyBytes(from: self)
        return body(UnsafeRawBufferPointer(memory))
    }
}
