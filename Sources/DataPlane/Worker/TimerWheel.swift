// Deadlines of thousands of connections at next to no cost for each request.

/// Something with one deadline that it moves often and that rarely passes.
///
/// Setting `deadline` later is a plain store; the wheel finds out when the old slot comes up.
class TimerNode {
    /// When `deadlinePassed` is due, in nanoseconds of the loop's clock; `UInt64.max` means never.
    fileprivate(set) final var deadline = UInt64.max
    /// The tick in whose slot this node waits; `UInt64.max` when in no slot.
    fileprivate final var slotTick = UInt64.max
    fileprivate final var next: TimerNode?
    fileprivate final unowned(unsafe) var previous: TimerNode?

    /// Called on the loop, once, when the deadline has passed.
    func deadlinePassed(now: UInt64) {}
}

/// A hashed timing wheel with lazy re-insertion (Varghese and Lauck 1987, scheme 6).
///
/// Deadlines beyond the horizon wait in the farthest slot and move on when it comes up.
final class TimerWheel {
    /// The length of one tick, in nanoseconds: deadlines pass at most this much late.
    static let tickNanoseconds: UInt64 = 20_000_000
    private static let slotCount: UInt64 = 512

    private var slots = [TimerNode?](repeating: nil, count: Int(slotCount))
    private var currentTick: UInt64
    /// How many nodes wait in slots; the owner ticks only while there are some.
    private(set) var count = 0

    /// Makes an empty wheel at this time.
    init(now: UInt64) {
        currentTick = now / Self.tickNanoseconds
    }

    /// Sets or moves a node's deadline.
    func schedule(_ node: TimerNode, at deadline: UInt64) {
        node.deadline = deadline
        guard deadline != UInt64.max else { return }
        let tick = self.tick(for: deadline)
        if node.slotTick <= tick { return }
        if node.slotTick != UInt64.max { unlink(node) }
        link(node, tick: tick)
    }

    /// Takes a node out for good.
    func remove(_ node: TimerNode) {
        node.deadline = UInt64.max
        if node.slotTick != UInt64.max { unlink(node) }
    }

    /// Lets every deadline up to now pass.
    func advance(to now: UInt64) {
        let target = now / Self.tickNanoseconds
        if target > currentTick &+ Self.slotCount { currentTick = target &- Self.slotCount }
        while currentTick < target {
            currentTick &+= 1
            var waiting = slots[Int(currentTick % Self.slotCount)]
            while let node = waiting {
                waiting = node.next
                guard node.slotTick <= currentTick else { continue }
                unlink(node)
                let deadline = node.deadline
                if deadline == UInt64.max { continue }
                if deadline <= now {
                    node.deadline = UInt64.max
                    node.deadlinePassed(now: now)
                } else {
                    link(node, tick: tick(for: deadline))
                }
            }
        }
    }

    private func tick(for deadline: UInt64) -> UInt64 {
        let wanted = deadline / Self.tickNanoseconds &+ 1
        return min(max(wanted, currentTick &+ 1), currentTick &+ Self.slotCount &- 1)
    }

    private func link(_ node: TimerNode, tick: UInt64) {
        let slot = Int(tick % Self.slotCount)
        let head = slots[slot]
        node.slotTick = tick
        node.next = head
        unsafe node.previous = nil
        unsafe head?.previous = node
        slots[slot] = node
        count &+= 1
    }

    private func unlink(_ node: TimerNode) {
        let next = node.next
        if let previous = unsafe node.previous {
            previous.next = next
        } else {
            slots[Int(node.slotTick % Self.slotCount)] = next
        }
        unsafe next?.previous = unsafe node.previous
        node.next = nil
        unsafe node.previous = nil
        node.slotTick = UInt64.max
        count &-= 1
    }
}
