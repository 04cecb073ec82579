// A copy of an answer that passes by, as far as there is room for it.

import HTTPWire
import Plan

/// What is kept of one answer to be compared with another one.
struct AnswerCopy {
    /// The fields of the head, line by line.
    private(set) var fields: [UInt8] = []
    private(set) var body: [UInt8] = []
    /// Whether more of the body came than there is room for.
    private(set) var isTooLarge = false
    private let mostBytes: Int
    private let held: HeldBytes

    /// Keeps nothing but whether there is too much, if `isKept` is false.
    init(atMost bytes: Int, isKept: Bool, held: HeldBytes) {
        mostBytes = bytes
        self.isKept = isKept
        self.held = held
    }

    private let isKept: Bool
    private var bodyBytes = 0
    /// What the head says of the body's length.
    private var announced = 0

    /// Takes the final head.
    mutating func take(_ head: ResponseHead, base: UnsafeRawPointer, _ framing: BodyFraming) {
        if case .length(let length) = framing { announced = Int(clamping: length) }
        guard isKept else { return }
        for index in 0..<head.fieldCount {
            let field = head.field(index)
            unsafe fields.append(contentsOf: field.name.bytes(at: base))
            fields.append(contentsOf: [0x3A, 0x20])
            unsafe fields.append(contentsOf: field.value.bytes(at: base))
            fields.append(contentsOf: [0x0D, 0x0A])
        }
        if !held.add(fields.count) { drop() }
    }

    /// Takes a piece of the body; returns whether there was room for it.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if isTooLarge { return false }
        bodyBytes += bytes.count
        guard max(bodyBytes, announced) <= mostBytes else {
            drop()
            return false
        }
        guard isKept else { return true }
        guard held.add(bytes.count) else {
            drop()
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    private mutating func drop() {
        isTooLarge = true
        held.remove(body.count)
        body = []
    }
}
