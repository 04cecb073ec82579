// What an exchange's end does to the figures of its version.

import Testing

@testable import Recording

@Suite("Version recorder")
struct VersionRecorderTests {
    private func figures(_ outcomes: [Outcome]) -> VersionFigures {
        let recorder = VersionRecorder()
        for outcome in outcomes {
            recorder.began()
            recorder.finished(outcome)
        }
        return recorder.figures()
    }

    @Test("has nothing at first")
    func empty() {
        let figures = VersionRecorder().figures()
        #expect(figures == VersionFigures())
        #expect(figures.isEmpty)
    }

    @Test("counts a good answer")
    func answered() {
        let figures = figures([.make(201, firstByte: 40, total: 90, received: 7, sent: 9)])
        #expect(figures.statuses == [0, 0, 1, 0, 0, 0])
        #expect(figures.count(.answered) == 1)
        #expect(figures.requests == 1 && figures.judged == 1 && figures.errors == 0)
        #expect(figures.receivedBytes == 7 && figures.sentBytes == 9)
        #expect(figures.firstByte.count == 1 && figures.firstByte.sumMicroseconds == 40)
        #expect(figures.total.count == 1 && figures.total.sumMicroseconds == 90)
        #expect(figures.inFlight == 0 && !figures.isEmpty)
    }

    @Test("makes nothing of times that are no evidence", arguments: OutcomeKind.allCases)
    func untimed(kind: OutcomeKind) {
        let outcome = Outcome.make(200, kind, firstByte: 40, total: 90)
        let timed = figures([outcome])
        let untimed = figures([outcome.untimed])
        #expect(untimed.count(kind) == 1 && untimed.errors == timed.errors)
        #expect(untimed.judged == timed.judged && untimed.requests == timed.requests)
        #expect(untimed.firstByte.count + untimed.total.count + untimed.givenUp.count == 0)
        #expect(timed.firstByte.count == 1)
    }

    /// How an exchange ended, whether the version is judged by it and whether it speaks against
    /// the version.
    static let verdicts: [(status: Int, kind: OutcomeKind, isJudged: Bool, isError: Bool)] = [
        (200, .answered, true, false), (304, .answered, true, false),
        (404, .answered, true, false), (429, .answered, true, false),
        (499, .answered, true, false), (500, .answered, true, true),
        (503, .answered, true, true), (599, .answered, true, true),
        (502, .connect, true, true), (502, .reset, true, true), (200, .reset, true, true),
        (504, .timeout, true, true), (0, .timeout, true, true),
        (502, .protocolError, true, true), (503, .unavailable, true, true),
        (0, .clientGone, false, false), (200, .clientGone, false, false),
        (500, .clientGone, false, false),
    ]

    @Test("judges a version by its own faults only", arguments: verdicts)
    func verdict(status: Int, kind: OutcomeKind, isJudged: Bool, isError: Bool) {
        let figures = figures([.make(status, kind)])
        #expect(figures.requests == 1)
        #expect(figures.count(kind) == 1)
        #expect(figures.judged == (isJudged ? 1 : 0))
        #expect(figures.errors == (isError ? 1 : 0))
        #expect(figures.statuses[status / 100] == 1)
        // Only whole answers say how fast the version is to the end; a first byte is one at any rate.
        #expect(figures.total.count == (kind == .answered ? 1 : 0))
        #expect(figures.firstByte.count == 1)
    }

    @Test("counts every exchange once in statuses and kinds")
    func sums() {
        let figures = figures(Self.verdicts.map { .make($0.status, $0.kind) })
        let count = Self.verdicts.count
        #expect(figures.requests == count)
        #expect(figures.statuses.reduce(0, +) == count)
        #expect(figures.judged == count - 3)
        #expect(figures.errors == Self.verdicts.count { $0.isError })
        #expect(figures.serverErrors == 3)
    }

    @Test("counts overrides apart: in no figure but the bytes and retries")
    func overrides() {
        let figures = figures([
            .make(500, isOverride: true, retries: 1), .make(0, .timeout, isOverride: true),
        ])
        #expect(figures.overrides == 2)
        #expect(figures.requests == 0 && figures.judged == 0 && figures.errors == 0)
        #expect(figures.statuses == [0, 0, 0, 0, 0, 0])
        #expect(figures.total.count == 0 && figures.firstByte.count == 0)
        #expect(figures.receivedBytes == 20 && figures.sentBytes == 40)
        #expect(figures.retries == 1)
        #expect(figures.inFlight == 0 && !figures.isEmpty)
    }

    @Test("takes statuses out of range at the edges", arguments: [(-1, 0), (0, 0), (999, 5)])
    func oddStatuses(status: Int, place: Int) {
        #expect(figures([.make(status)]).statuses[place] == 1)
    }

    @Test("leaves out a first byte that never came")
    func noFirstByte() {
        let figures = figures([.make(204, firstByte: -1, total: 5)])
        #expect(figures.firstByte.count == 0)
        #expect(figures.total.count == 1)
    }

    @Test("knows how many are under way, overrides among them")
    func inFlight() {
        let recorder = VersionRecorder()
        for _ in 0..<3 { recorder.began() }
        #expect(recorder.figures().inFlight == 3)
        #expect(!recorder.figures().isEmpty)
        recorder.finished(.make())
        recorder.finished(.make(isOverride: true))
        #expect(recorder.figures().inFlight == 1)
        recorder.finished(.make(0, .clientGone))
        #expect(recorder.figures().inFlight == 0)
        // An end without a beginning does not make it less than none.
        recorder.finished(.make())
        #expect(recorder.figures().inFlight == 0)
    }

    @Test("adds up the retries")
    func retries() {
        #expect(figures([.make(retries: 2), .make(), .make(retries: 1)]).retries == 3)
    }

    // MARK: Figures as values

    @Test("gives what came since, and adds up to all of it again")
    func since() {
        let recorder = VersionRecorder()
        for verdict in Self.verdicts { recorder.finished(.make(verdict.status, verdict.kind)) }
        let earlier = recorder.figures()
        recorder.began()
        recorder.finished(.make(502, .reset, received: 3, retries: 1))
        recorder.finished(.make(200, total: 77))
        recorder.finished(.make(isOverride: true))
        let later = recorder.figures()
        let since = later.since(earlier)
        #expect(since.requests == 2 && since.errors == 1 && since.overrides == 1)
        #expect(since.retries == 1 && since.receivedBytes == 23)
        #expect(since.total.count == 1 && since.total.sumMicroseconds == 77)
        #expect(earlier.adding(since) == later)
        #expect(later.since(later).isEmpty)
    }

    @Test("takes counters that began anew as they are")
    func anew() {
        let earlier = VersionFigures.answered(100)
        let later = VersionFigures.answered(3)
        #expect(later.since(earlier) == later)
        var overridden = VersionFigures()
        overridden.overrides = 5
        #expect(VersionFigures().since(overridden) == VersionFigures())
    }
}
