// What calls of gRPC do to the figures of their version.

import SeededRandom
import Testing

@testable import Recording

@Suite("Calls of gRPC")
struct CallRecorderTests {
    private let run = ErrorRun(Alarm())

    private func call(
        _ status: Int, isError: Bool, http: Int = 200, _ kind: OutcomeKind = .answered,
        isOverride: Bool = false
    ) -> Outcome {
        .make(
            http, kind, isOverride: isOverride,
            grpc: GRPCOutcome(status: status, isError: isError))
    }

    private func recorder(_ outcomes: [Outcome]) -> VersionRecorder {
        let recorder = VersionRecorder(run)
        for outcome in outcomes {
            recorder.began()
            recorder.finished(outcome)
        }
        return recorder
    }

    @Test("a version without calls has no figures of them")
    func none() {
        #expect(recorder([.make(), .make(500)]).figures().grpc == nil)
        #expect(recorder([call(13, isError: true, isOverride: true)]).figures().grpc == nil)
    }

    /// How a call ended; whether it is judged, and an error; whether by its status of gRPC alone.
    static let verdicts:
        [(http: Int, kind: OutcomeKind, isErrorStatus: Bool, isError: Bool, isOwn: Bool)] = [
            (200, .answered, false, false, false), (200, .answered, true, true, true),
            (404, .answered, true, true, true), (499, .answered, true, true, true),
            // What is an error of HTTP already counts once.
            (500, .answered, true, true, false), (503, .answered, false, true, false),
            (200, .reset, true, true, false), (504, .timeout, false, true, false),
            (0, .clientGone, true, false, false),
        ]

    @Test("a status that the route counts is an error of the version, once", arguments: verdicts)
    func verdict(
        http: Int, kind: OutcomeKind, isErrorStatus: Bool, isError: Bool, isOwn: Bool
    ) {
        let recorder = recorder([call(14, isError: isErrorStatus, http: http, kind)])
        let figures = recorder.figures()
        #expect(figures.grpc?.statuses[14] == 1 && figures.grpc?.calls == 1)
        #expect(figures.requests == 1)
        #expect(figures.errors == (isError ? 1 : 0))
        #expect(figures.grpcErrors == (isOwn ? 1 : 0))
        #expect(figures.serverErrors == (kind == .answered && http >= 500 ? 1 : 0))
        #expect(recorder.judged == (kind == .clientGone ? 0 : 1, isError ? 1 : 0))
        #expect(run.length == (isError ? 1 : 0))
    }

    @Test("errors by their status are a run of errors, and no success ends it but a real one")
    func runs() {
        let error = call(13, isError: true)
        let recorder = recorder([error, error, .make(500), error])
        #expect(run.length == 4)
        recorder.finished(call(5, isError: false))
        #expect(run.length == 0 && run.longest == 4)
        #expect(recorder.judged == (5, 4))
    }

    @Test("calls are counted by status; what gRPC does not know is unknown")
    func statuses() {
        let figures = recorder(
            ([0, 0, 0, 16, 7, 17, -1, 99]).map { call($0, isError: false) }
        ).figures()
        var wanted = [Int](repeating: 0, count: GRPCFigures.statusCount)
        wanted[0] = 3
        wanted[16] = 1
        wanted[7] = 1
        wanted[2] = 3
        #expect(figures.grpc?.statuses == wanted)
        #expect(figures.statuses[2] == 8)
    }

    @Test("stretches of time add up to the whole")
    func since() throws {
        var random = SeededGenerator.announced("calls")
        let recorder = recorder([])
        var sum = VersionFigures()
        var last = VersionFigures()
        for _ in 0..<SeededGenerator.rounds(50) {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                recorder.began()
                recorder.finished(
                    Bool.random(using: &random)
                        ? .make()
                        : call(
                            Int.random(in: 0...16, using: &random),
                            isError: Bool.random(using: &random)))
            }
            let now = recorder.figures()
            let stretch = now.since(last)
            #expect(stretch.grpc?.calls != 0)
            sum = sum.adding(stretch)
            last = now
        }
        #expect(sum == recorder.figures())
        #expect(recorder.judged.errors == sum.errors)
    }

    @Test("counters that began anew are taken as they are")
    func anew() {
        var earlier = VersionFigures.answered(2)
        var later = VersionFigures.answered(2)
        var statuses = [Int](repeating: 0, count: GRPCFigures.statusCount)
        statuses[3] = 1
        later.grpc = GRPCFigures(statuses: statuses, errors: 0)
        statuses[3] = 2
        earlier.grpc = GRPCFigures(statuses: statuses, errors: 1)
        #expect(later.since(earlier).grpc == later.grpc)
        #expect(VersionFigures.answered(3).since(earlier).grpc == nil)
        #expect(later.since(.answered(1)).grpc == later.grpc)
    }
}
