// The fields of a head on their way into HPACK, collected without allocating.

import CNghttp2
import HTTPWire

/// A list of fields for nghttp2, which copies them when it takes them. One for each worker.
@safe final class FieldVector {
    /// Fields that the gateway adds to those of a head: pseudo-headers and its own.
    private static let extraFields = 32
    private static let textCapacity = 16 * 1024

    private let fields: UnsafeMutablePointer<nghttp2_nv>
    private let capacity: Int
    private let text: UnsafeMutableRawBufferPointer
    private var textCount = 0
    private var count = 0
    /// Whether something did not fit.
    private(set) var overflowed = false

    /// Makes a list for heads of so many fields.
    init(headFields: Int) {
        capacity = headFields + Self.extraFields
        unsafe fields = .allocate(capacity: capacity)
        unsafe text = .allocate(byteCount: Self.textCapacity, alignment: 16)
    }

    deinit {
        unsafe fields.deallocate()
        unsafe text.deallocate()
    }

    /// Begins a new list.
    func begin() {
        count = 0
        textCount = 0
        overflowed = false
    }

    /// Notes that something did not fit.
    func overflow() { overflowed = true }

    /// How a field is compressed.
    enum Indexing {
        /// As nghttp2 thinks best: it may come again with the same value.
        case allowed
        /// It is another one each time, or secret: it comes into no table (RFC 7541 §7.1.3).
        case never

        fileprivate var flags: UInt8 {
            // Without NO_COPY flags, nghttp2 copies the bytes and makes the name lowercase.
            self == .never ? UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue) : 0
        }
    }

    /// Adds a field whose bytes stay where they are until the list has been submitted.
    @inline(__always)
    func add(
        _ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer,
        _ indexing: Indexing = .allowed
    ) {
        guard count < capacity, let nameStart = name.baseAddress else {
            overflowed = true
            return
        }
        // unsafe: nghttp2 only reads, though it does not say so.
        let namePointer = unsafe UnsafeMutablePointer(
            mutating: nameStart.assumingMemoryBound(to: UInt8.self))
        let valueStart = unsafe value.baseAddress ?? nameStart
        let valuePointer = unsafe UnsafeMutablePointer(
            mutating: valueStart.assumingMemoryBound(to: UInt8.self))
        unsafe fields[count] = nghttp2_nv(
            name: namePointer, value: valuePointer, namelen: name.count, valuelen: value.count,
            flags: indexing.flags)
        count &+= 1
    }

    /// Adds a field of fixed name.
    @inline(__always)
    func add(
        _ name: StaticString, _ value: UnsafeRawBufferPointer, _ indexing: Indexing = .allowed
    ) {
        unsafe add(
            UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount), value,
            indexing)
    }

    /// Adds a field of fixed name and value.
    func add(_ name: StaticString, _ value: StaticString) {
        unsafe add(
            name, UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }

    /// Adds a field of fixed name whose value is written now.
    func add(
        _ name: StaticString, _ indexing: Indexing = .allowed, write: (inout HeadWriter) -> Void
    ) {
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: text[textCount...])
        var writer = unsafe HeadWriter(room)
        write(&writer)
        if writer.overflowed { overflowed = true }
        unsafe add(
            name, UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<writer.count]),
            indexing)
        textCount += writer.count
    }

    /// Lets the list be submitted.
    func withFields<Result>(_ body: (UnsafeMutablePointer<nghttp2_nv>, Int) -> Result) -> Result {
        unsafe body(fields, count)
    }
}
