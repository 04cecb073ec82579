// The descriptor that access log lines are written to, by one thread.

import Glibc

/// Where lines end up. A file is written at once; anything else in small pieces, each when there is
/// room for it, since a pipe that nobody reads would hold its writer for ever.
struct AccessLogOutput {
    /// As long as a pipe has room at all it takes so much.
    private static let pieceBytes = 4_096
    private static let lookMilliseconds: Int32 = 100
    private static let lineEnd = UInt8(ascii: "\n")

    let descriptor: Int32
    private let isFile: Bool
    /// Whether the last line was only written in part, as on a full disk.
    private var isInLine = false

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var facts = stat()
        isFile = unsafe fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }

    /// Writes lines; returns nil, or why the rest of them is lost. While there is no room, asks
    /// `mayWait` again and again, with how many milliseconds have passed since it last asked.
    mutating func write(_ lines: [UInt8], mayWait: (Int) -> Bool) -> String? {
        let bytes = isInLine ? [Self.lineEnd] + lines : lines
        var written = 0
        defer { if written > 0 { isInLine = bytes[written - 1] != Self.lineEnd } }
        while written < bytes.count {
            if !isFile && !hasRoom() {
                if mayWait(Int(Self.lookMilliseconds)) { continue }
                return "nobody reads it"
            }
            let count = unsafe bytes.withUnsafeBytes { whole in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: whole[written...])
                let most = isFile ? rest.count : min(rest.count, Self.pieceBytes)
                return unsafe Glibc.write(descriptor, rest.baseAddress, most)
            }
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            if count <= 0 { return SystemError.text(errno) }
            written += count
        }
        return nil
    }

    /// Whether a piece can be written now, or cannot be for another reason than want of room.
    private func hasRoom() -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&wanted, 1, Self.lookMilliseconds) > 0
    }
}
