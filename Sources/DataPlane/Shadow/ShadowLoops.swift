// The threads of shadows: started beside the workers, and always behind them.

import Glibc
import NIOCore
import NIOPosix
import Pairing
import Recording

/// The loops of shadows of the process, on threads that yield the cores to everybody else.
final class ShadowLoops: Sendable {
    /// The lowest priority there is (setpriority(2)): a copy waits while a caller is served.
    private static let niceness: CInt = 19

    private let group: MultiThreadedEventLoopGroup
    private let loops: [NIOLoopBound<ShadowLoop>]

    private init(group: MultiThreadedEventLoopGroup, loops: [NIOLoopBound<ShadowLoop>]) {
        self.group = group
        self.loops = loops
    }

    /// How many loops of shadows there are beside so many workers.
    static func count(workers: Int) -> Int { max(1, (workers + 1) / 2) }

    /// Starts the loops; `makeWorker` is called on each with the index of its recorders.
    static func start(
        workers: Int, pairs: (any PairInbox)?,
        makeWorker: @escaping @Sendable (Int, any EventLoop) throws -> Worker
    ) async throws -> ShadowLoops {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: count(workers: workers))
        var loops: [NIOLoopBound<ShadowLoop>] = []
        do {
            for (index, loop) in group.makeIterator().enumerated() {
                let bound = try await loop.submit {
                    // On Linux 0 is the calling thread. What cannot be lowered runs all the same.
                    _ = setpriority(CInt(bitPattern: PRIO_PROCESS.rawValue), 0, niceness)
                    let worker = try makeWorker(workers + index, loop)
                    return NIOLoopBound(ShadowLoop(worker: worker, inbox: pairs), eventLoop: loop)
                }.get()
                loops.append(bound)
            }
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        return ShadowLoops(group: group, loops: loops)
    }

    /// The loop that a worker hands its mirrored requests to.
    func loop(forWorker index: Int) -> NIOLoopBound<ShadowLoop> { loops[index % loops.count] }

    /// Does something with the worker of each loop.
    func forEach(_ body: @escaping @Sendable (Worker) -> Void) {
        for loop in loops { loop.eventLoop.execute { body(loop.value.worker) } }
    }

    /// Cuts off what is under way and ends the threads.
    func end() async {
        for loop in loops { try? await loop.eventLoop.submit { loop.value.end() }.get() }
        try? await group.shutdownGracefully()
    }
}
