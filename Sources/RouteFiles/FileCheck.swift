// Looks at files and folders on disk.

import Glibc

/// A file as it was when it was looked at: another one means that something has changed.
package struct FileStamp: Sendable, Hashable {
    let path: String
    let device: UInt
    let inode: UInt
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    /// Looks at a file; nil if it is not there.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.path = path
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}

/// Reading files without Foundation.
enum FileCheck {
    /// The most bytes of a file that is read whole.
    static let mostBytes = 4 * 1024 * 1024

    /// Reports a file that cannot be read.
    static func isReadable(_ path: String, _ value: YAMLValue, _ what: String) -> Bool {
        if access(path, R_OK) == 0 { return true }
        value.error(
            "\(what) is \(value.shown)", "the file cannot be read (\(lastError))",
            "correct the path or the file's permissions")
        return false
    }

    /// The names in a folder, sorted; nil if it cannot be read.
    static func names(in folder: String) -> [String]? {
        guard let handle = opendir(folder) else { return nil }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The bytes of a file; nil if it cannot be read or is larger than `mostBytes`.
    static func read(_ path: String) -> [UInt8]? {
        // Not to wait for the other end of a pipe that somebody has put there.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, Int(status.st_size) <= mostBytes else {
            errno = EFBIG
            return nil
        }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count <= mostBytes {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            bytes.append(contentsOf: piece.prefix(count))
        }
        errno = EFBIG
        return nil
    }

    /// The system's words for the last error.
    static var lastError: String { String(cString: strerror(errno)) }
}
