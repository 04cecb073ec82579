// The head of an HTTP/2 message, written out as HTTP/1.1 has it, so that one parser checks both.

/// Collects the fields of one HTTP/2 head and writes them as lines.
///
/// Routes, conditions, logs and upstreams then see one form of head, whichever protocol it came
/// by, and what HTTP/1.1 forbids is refused in one place (docs/decisions/0016-one-form-of-head.md).
@safe
package final class HeadTranscript {
    /// What a head is.
    package enum Kind: Sendable {
        case request
        case answer
        case trailers
    }

    /// What came of adding a field.
    package enum Addition: Sendable {
        case taken
        /// The head is over its limits: the rest of it is counted, not kept.
        case overLimit
        /// So much was decoded beyond the limits that the peer means harm.
        case bomb
    }

    /// So many times `headBytes` may be decoded for one head before the peer is cut off.
    private static let bombFactor = 8
    /// What a field costs beyond its bytes (RFC 9113 §6.5.2), so that empty ones are not free.
    private static let fieldOverheadBytes = 32
    private static let firstCapacity = 2 * 1024
    private static let addedBytes = 512

    private let limits: HeadLimits
    private var memory: UnsafeMutableRawBufferPointer
    private var kind = Kind.request
    private var hasLine = false
    private var fieldCount = 0
    private var decodedBytes = 0
    /// Pseudo-header values, one after the other, until the first line is written.
    private var pseudo: [UInt8] = []
    private var method = 0..<0
    private var path = 0..<0
    private var authority = 0..<0
    private var protocolName = 0..<0
    private var cookies: [UInt8] = []
    private var hasAuthority = false
    private var hasLength = false

    /// How many bytes the head has so far.
    package private(set) var count = 0
    /// What is wrong with the head, if anything is.
    package private(set) var fault: HeadFault?
    /// The status of an answer; 0 if there was none.
    package private(set) var status = 0
    /// Whether a request asks for a tunnel of the WebSocket protocol (RFC 8441 §4).
    package private(set) var isWebSocket = false
    /// Whether a request is for a tunnel of a protocol that is not known here.
    package private(set) var isUnknownProtocol = false

    /// Makes a transcript of at most these measures.
    package init(limits: HeadLimits) {
        self.limits = limits
        unsafe memory = .allocate(byteCount: Self.firstCapacity, alignment: 16)
    }

    deinit { unsafe memory.deallocate() }

    /// Begins the next head.
    package func begin(_ kind: Kind) {
        self.kind = kind
        hasLine = kind == .trailers
        count = 0
        fieldCount = 0
        decodedBytes = 0
        status = 0
        fault = nil
        pseudo.removeAll(keepingCapacity: true)
        cookies.removeAll(keepingCapacity: true)
        method = 0..<0
        path = 0..<0
        authority = 0..<0
        protocolName = 0..<0
        hasAuthority = false
        hasLength = false
        isWebSocket = false
        isUnknownProtocol = false
    }

    /// The bytes of the head so far.
    package var bytes: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<count])
    }

    // MARK: Fields

    /// Adds a field, whose name is lowercase and whose name and value hold no controls.
    package func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Addition {
        decodedBytes += name.count + value.count + Self.fieldOverheadBytes
        if decodedBytes > Self.bombFactor * limits.headBytes { return .bomb }
        guard fault == nil else { return .overLimit }
        guard let start = name.baseAddress, name.count > 0 else {
            fault = .malformedFieldName
            return .overLimit
        }
        if unsafe start.byte(0) == 0x3A {
            unsafe addPseudo(start, name.count, value)
            return fault == nil ? .taken : .overLimit
        }
        fieldCount += 1
        if fieldCount > limits.headFields {
            fault = .tooManyFields
            return .overLimit
        }
        if !hasLine { writeLine() }
        if unsafe isCookie(start, name.count) {
            if !cookies.isEmpty { cookies.append(contentsOf: [0x3B, 0x20]) }
            unsafe cookies.append(contentsOf: value)
            if cookies.count > limits.headBytes { fault = .headTooLarge }
            return fault == nil ? .taken : .overLimit
        }
        if unsafe isRepeatedHost(start, name.count, value) {
            return fault == nil ? .taken : .overLimit
        }
        unsafe put(name)
        put(": ")
        unsafe put(value)
        put("\r\n")
        return fault == nil ? .taken : .overLimit
    }

    /// Crumbs of a cookie are joined again (RFC 9113 §8.2.3).
    private func isCookie(_ name: UnsafeRawPointer, _ length: Int) -> Bool {
        unsafe kind == .request && Text.equals(name, length, "cookie")
    }

    /// Notes a length; says whether the field only repeats the authority, and refuses another one:
    /// of two hosts, whoever believes the other one is fooled (RFC 9113 §8.3.1).
    private func isRepeatedHost(
        _ name: UnsafeRawPointer, _ length: Int, _ value: UnsafeRawBufferPointer
    ) -> Bool {
        if unsafe Text.equals(name, length, "content-length") { hasLength = true }
        guard kind == .request, hasAuthority, unsafe Text.equals(name, length, "host") else {
            return false
        }
        if !(unsafe isAuthority(value)) { fault = .doubleHost }
        return true
    }

    private func isAuthority(_ value: UnsafeRawBufferPointer) -> Bool {
        guard value.count == authority.count else { return false }
        for index in 0..<value.count {
            let own = pseudo[authority.lowerBound + index].lowercased
            if own != (unsafe value[index].lowercased) { return false }
        }
        return true
    }

    private func addPseudo(
        _ name: UnsafeRawPointer, _ length: Int, _ value: UnsafeRawBufferPointer
    ) {
        let start = pseudo.count
        if start + value.count > limits.headBytes {
            fault = .headTooLarge
            return
        }
        unsafe pseudo.append(contentsOf: value)
        let span = start..<pseudo.count
        if unsafe Text.equals(name, length, ":status") {
            status = unsafe Self.number(value)
        } else if unsafe Text.equals(name, length, ":method") {
            method = span
        } else if unsafe Text.equals(name, length, ":path") {
            path = span
        } else if unsafe Text.equals(name, length, ":authority") {
            authority = span
            hasAuthority = true
        } else if unsafe Text.equals(name, length, ":protocol") {
            protocolName = span
        }
    }

    /// Three digits, or 0.
    private static func number(_ value: UnsafeRawBufferPointer) -> Int {
        guard value.count == 3 else { return 0 }
        var number = 0
        for index in 0..<3 {
            guard let digit = unsafe value[index].decimalValue else { return 0 }
            number = number * 10 + Int(digit)
        }
        return number
    }

    // MARK: Lines

    /// Writes what is left to write once all fields are in; `isEnd` says that no body follows.
    package func finish(
        isEnd: Bool, webSocketKey: (UnsafeMutableRawBufferPointer) -> Int = { _ in 0 }
    ) {
        guard fault == nil else { return }
        if !hasLine { writeLine() }
        if !cookies.isEmpty {
            put("cookie: ")
            unsafe cookies.withUnsafeBytes { unsafe put($0) }
            put("\r\n")
        }
        if kind == .request { unsafe finishRequest(isEnd: isEnd, webSocketKey) }
        if kind != .trailers { put("\r\n") }
    }

    private func finishRequest(isEnd: Bool, _ key: (UnsafeMutableRawBufferPointer) -> Int) {
        if isWebSocket {
            put("connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: ")
            ensure(64)
            guard fault == nil else { return }
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[count...])
            count += unsafe key(room)
            put("\r\n")
        } else if !isEnd && !hasLength {
            put("transfer-encoding: chunked\r\n")
        } else if isEnd && !hasLength && mayHaveBody {
            // Some services wait for a body that nobody says is empty (RFC 9110 §8.6).
            put("content-length: 0\r\n")
        }
    }

    /// Whether the method is one that is expected to have a body.
    private var mayHaveBody: Bool {
        unsafe pseudo.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            switch unsafe MethodKind.find(base + method.lowerBound, method.count) {
            case .post, .put, .patch: return true
            default: return false
            }
        }
    }

    private func writeLine() {
        hasLine = true
        switch kind {
        case .trailers: return
        case .answer:
            put("HTTP/1.1 ")
            ensure(8)
            for divisor in [100, 10, 1] {
                unsafe memory[count] = 0x30 + UInt8(status / divisor % 10)
                count += 1
            }
            put(" \r\n")
        case .request: writeRequestLine()
        }
    }

    private func writeRequestLine() {
        unsafe pseudo.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            let isConnect = unsafe Text.equals(base + method.lowerBound, method.count, "CONNECT")
            if isConnect && !protocolName.isEmpty {
                isWebSocket = unsafe Text.equals(
                    base + protocolName.lowerBound, protocolName.count, "websocket")
                isUnknownProtocol = !isWebSocket
            }
            if isWebSocket {
                put("GET")
            } else {
                unsafe put(base + method.lowerBound, method.count)
            }
            put(" ")
            let target = path.isEmpty && isConnect ? authority : path
            unsafe put(base + target.lowerBound, target.count)
            put(" HTTP/1.1\r\n")
            if hasAuthority {
                put("host: ")
                unsafe put(base + authority.lowerBound, authority.count)
                put("\r\n")
            }
        }
    }

    /// Turns the head of a success into that of a switch to WebSocket with this proof.
    package func becomeSwitch(accept: [UInt8]) {
        guard fault == nil, count > 14 else { return }
        for (offset, byte) in "101".utf8.enumerated() { unsafe memory[9 + offset] = byte }
        count -= 2
        put("connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ")
        unsafe accept.withUnsafeBytes { unsafe put($0) }
        put("\r\n\r\n")
    }

    // MARK: Memory

    private func put(_ text: StaticString) {
        unsafe put(text.utf8Start, text.utf8CodeUnitCount)
    }

    private func put(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        unsafe put(start, bytes.count)
    }

    private func put(_ bytes: UnsafeRawPointer, _ length: Int) {
        ensure(length)
        guard fault == nil, let base = unsafe memory.baseAddress else { return }
        unsafe (base + count).copyMemory(from: bytes, byteCount: length)
        count &+= length
    }

    /// Makes room for so many more bytes, or finds the head too large.
    private func ensure(_ length: Int) {
        let wanted = count + length
        // What we add to the peer's fields has room beyond the limit.
        guard wanted <= limits.headBytes + Self.addedBytes else {
            if fault == nil { fault = .headTooLarge }
            return
        }
        if unsafe wanted <= memory.count { return }
        let larger = unsafe UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(wanted, 2 * memory.count), alignment: 16)
        unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
        unsafe memory.deallocate()
        unsafe memory = larger
    }
}
