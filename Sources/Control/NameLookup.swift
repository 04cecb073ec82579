// Asks DNS, /etc/hosts and the rest for addresses, with the time for which they hold.

import CCares
import DataPlane
import Glibc
import NIOPosix

/// What is known of a name.
struct NameAnswer: Sendable {
    /// Its addresses; empty if it has none or nobody could say.
    let addresses: [ResolvedAddress]
    /// For how long they hold, in seconds; 0 if nobody says.
    let seconds: Int
    /// Why there are no addresses, in words; nil if there are some.
    let problem: String?
}

/// Looks names up with c-ares on a thread of its own.
final class NameLookup: Sendable {
    /// For one question to one server.
    private static let tryMilliseconds: Int32 = 1_000
    private static let tries: Int32 = 2

    private let thread = NIOThreadPool(numberOfThreads: 1)

    init() {
        thread.start()
    }

    /// Looks all these names up at the same time.
    func find(_ names: [String]) async -> [String: NameAnswer] {
        guard !names.isEmpty else { return [:] }
        let found = try? await thread.runIfActive { Self.findNow(names) }
        return found ?? [:]
    }

    /// Ends the thread.
    func close() async {
        try? await thread.shutdownGracefully()
    }

    /// Where one answer is put.
    private final class Slot {
        var answer: NameAnswer?
    }

    private static func findNow(_ names: [String]) -> [String: NameAnswer] {
        ares_library_init(Int32(ARES_LIB_INIT_ALL))
        defer { ares_library_cleanup() }
        var options = unsafe ares_options()
        unsafe options.timeout = tryMilliseconds
        unsafe options.tries = tries
        var channel: ares_channel?
        let mask = Int32(ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES)
        guard unsafe ares_init_options(&channel, &options, mask) == Int32(ARES_SUCCESS) else {
            return [:]
        }
        let slots = names.map { ($0, Slot()) }
        for (name, slot) in slots {
            var hints = ares_addrinfo_hints()
            hints.ai_family = AF_UNSPEC
            hints.ai_flags = Int32(ARES_AI_NOSORT)
            // unsafe: the slots outlive the channel, which calls back for each before it ends.
            let argument = unsafe Unmanaged.passUnretained(slot).toOpaque()
            unsafe ares_getaddrinfo(channel, name, nil, &hints, received, argument)
        }
        unsafe wait(channel)
        unsafe ares_destroy(channel)
        return withExtendedLifetime(slots) {
            Dictionary(
                slots.compactMap { name, slot in slot.answer.map { (name, $0) } },
                uniquingKeysWith: { $1 })
        }
    }

    private static let received: ares_addrinfo_callback = { argument, status, _, result in
        guard let argument = unsafe argument else { return }
        let slot = unsafe Unmanaged<Slot>.fromOpaque(argument).takeUnretainedValue()
        defer { unsafe ares_freeaddrinfo(result) }
        var addresses: [ResolvedAddress] = []
        var seconds = Int.max
        var node = unsafe result?.pointee.nodes
        while let current = unsafe node {
            if let bytes = unsafe addressBytes(current.pointee) {
                addresses.append(ResolvedAddress(bytes: bytes))
            }
            seconds = min(seconds, Int(unsafe current.pointee.ai_ttl))
            unsafe node = current.pointee.ai_next
        }
        let words = unsafe ares_strerror(status).map { unsafe String(cString: $0) }
        slot.answer = NameAnswer(
            addresses: addresses, seconds: seconds == .max ? 0 : seconds,
            problem: addresses.isEmpty ? words ?? "no address" : nil)
    }

    private static func addressBytes(_ node: ares_addrinfo_node) -> [UInt8]? {
        guard let address = unsafe node.ai_addr else { return nil }
        // unsafe: the family says which structure the address is.
        if unsafe node.ai_family == AF_INET {
            return unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                unsafe withUnsafeBytes(of: pointer.pointee.sin_addr) { unsafe Array($0) }
            }
        }
        if unsafe node.ai_family == AF_INET6 {
            return unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                unsafe withUnsafeBytes(of: pointer.pointee.sin6_addr) { unsafe Array($0) }
            }
        }
        return nil
    }

    /// Lets the channel work until every question is answered or has timed out.
    private static func wait(_ channel: ares_channel?) {
        let most = 16
        while true {
            var sockets = [ares_socket_t](repeating: -1, count: most)
            let mask = unsafe ares_getsock(channel, &sockets, Int32(most))
            var polled: [pollfd] = []
            for index in 0..<most {
                var events: Int16 = 0
                if mask >> Int32(index) & 1 != 0 { events |= Int16(POLLIN) }
                if mask >> Int32(index + most) & 1 != 0 { events |= Int16(POLLOUT) }
                if events != 0 {
                    polled.append(pollfd(fd: sockets[index], events: events, revents: 0))
                }
            }
            if polled.isEmpty { return }
            var longest = timeval(tv_sec: 1, tv_usec: 0)
            var next = timeval()
            unsafe ares_timeout(channel, &longest, &next)
            let milliseconds = Int32(clamping: next.tv_sec * 1_000 + Int(next.tv_usec) / 1_000 + 1)
            let ready = unsafe poll(&polled, nfds_t(polled.count), milliseconds)
            if ready <= 0 {
                unsafe ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD)
                continue
            }
            for item in polled where item.revents != 0 {
                let canRead = item.revents & ~Int16(POLLOUT) != 0
                let canWrite = item.revents & Int16(POLLOUT) != 0
                unsafe ares_process_fd(
                    channel, canRead ? item.fd : ARES_SOCKET_BAD,
                    canWrite ? item.fd : ARES_SOCKET_BAD)
            }
        }
    }
}
