// A descriptor that lines of a log are written to, without waiting for a reader for ever.

import Glibc

/// Where lines end up. A file is written at once; anything else in small pieces, each when there is
/// room for it, since a pipe that nobody reads would hold its writer for ever. For one writer at a
/// time.
package struct LineOutput: Sendable {
    /// Why lines were lost.
    package enum Loss: Sendable, Equatable, CustomStringConvertible {
        /// A pipe is full, and nobody reads it.
        case noRoom
        /// The system took no more, as on a full disk.
        case system(Int32)

        package var description: String {
            switch self {
            case .noRoom: "nobody reads it"
            case .system(let number): SystemError.text(number)
            }
        }
    }

    /// As long as a pipe has room at all it takes so much in one piece.
    private static let pieceBytes = 4_096
    private static let lineEnd = UInt8(ascii: "\n")

    let descriptor: Int32
    /// A file takes everything at once; asking it for room would be in vain.
    private let isFile: Bool
    /// Whether the last line was only written in part, as on a full disk.
    private var isInLine = false

    /// Lines go to this descriptor, which stays its owner's.
    package init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var facts = stat()
        isFile = unsafe fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }

    /// Writes whole lines, behind a line end if the last one was cut off; returns nil, or why the
    /// rest of them is lost. Looks for room so many milliseconds long, and while there is none asks
    /// `mayWait` whether to look again.
    package mutating func write(
        _ lines: [UInt8], lookMilliseconds: Int, mayWait: () -> Bool
    ) -> Loss? {
        let bytes = isInLine ? [Self.lineEnd] + lines : lines
        var written = 0
        defer { if written > 0 { isInLine = bytes[written - 1] != Self.lineEnd } }
        while written < bytes.count {
            if !isFile && !hasRoom(lookMilliseconds) {
                if mayWait() { continue }
                return .noRoom
            }
            let count = unsafe bytes.withUnsafeBytes { whole in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: whole[written...])
                let most = isFile ? rest.count : min(rest.count, Self.pieceBytes)
                return unsafe Glibc.write(descriptor, rest.baseAddress, most)
            }
            if count < 0 && (errno == EINTR || errno == EAGAIN) { continue }
            if count <= 0 { return .system(errno) }
            written += count
        }
        return nil
    }

    /// Whether a piece can be written now, or cannot be for another reason than want of room.
    private func hasRoom(_ milliseconds: Int) -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&wanted, 1, Int32(clamping: milliseconds)) > 0
    }
}
