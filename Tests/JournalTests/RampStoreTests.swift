// Ramps, their evidence and their latches outlive the process, and strata are not mixed.

import Foundation
import GRDB
import Journal
import Testing
import Verdict

@Suite struct RampStoreTests {
    private let folder = TemporaryFolder()

    private func progress(stratum: Int, watched: Int, requests: Int) -> StoredRamp {
        StoredRamp(
            state: JournalMaking.state(
                .paused, step: 9, stratum: stratum, watchedMilliseconds: watched),
            evidence: JournalMaking.evidence(requests))
    }

    @Test func givesBackTheStateAfterADecision() throws {
        let after = JournalMaking.state(step: 2, stratum: 5, watchedMilliseconds: 70)
        _ = try folder.journal().record(JournalMaking.entry("a", after: after))
        #expect(
            try folder.journal().ramps() == ["a": StoredRamp(state: after, evidence: nil)])
    }

    @Test func keepsWatchedTimeAndEvidenceAndNothingElse() throws {
        let journal = try folder.journal()
        var state = JournalMaking.state(step: 2, stratum: 5)
        _ = try journal.record(JournalMaking.entry("a", after: state))
        let kept = progress(stratum: 5, watched: 1_234, requests: 50)
        try journal.store(progress: ["a": kept, "unknown": kept])
        state.watchedMilliseconds = 1_234
        #expect(
            try folder.journal().ramps()
                == ["a": StoredRamp(state: state, evidence: JournalMaking.evidence(50))])
        // A later look replaces the earlier one: evidence is of the whole stratum.
        try journal.store(progress: ["a": progress(stratum: 5, watched: 2_000, requests: 60)])
        #expect(try journal.ramps()["a"]?.evidence == JournalMaking.evidence(60))
    }

    @Test func progressOfAnotherStratumIsNotTaken() throws {
        let journal = try folder.journal()
        let state = JournalMaking.state(stratum: 6)
        _ = try journal.record(JournalMaking.entry("a", after: state))
        try journal.store(progress: ["a": progress(stratum: 5, watched: 9, requests: 9)])
        #expect(try journal.ramps() == ["a": StoredRamp(state: state, evidence: nil)])
    }

    @Test func evidenceStaysOnlyWithinItsStratum() throws {
        let journal = try folder.journal()
        _ = try journal.record(JournalMaking.entry("a", after: JournalMaking.state(stratum: 1)))
        try journal.store(progress: ["a": progress(stratum: 1, watched: 10, requests: 50)])
        let held = JournalMaking.state(.paused, stratum: 1, watchedMilliseconds: 20)
        _ = try journal.record(JournalMaking.entry("a", .paused, after: held))
        #expect(
            try journal.ramps()["a"]
                == StoredRamp(state: held, evidence: JournalMaking.evidence(50)))
        let next = JournalMaking.state(step: 1, stratum: 2)
        _ = try journal.record(JournalMaking.entry("a", after: next))
        #expect(try journal.ramps()["a"] == StoredRamp(state: next, evidence: nil))
    }

    @Test func aRampThatIsRemovedLeavesItsLatch() throws {
        let journal = try folder.journal()
        _ = try journal.record(JournalMaking.entry("a", .rollingBack, latch: .set("one")))
        _ = try journal.record(JournalMaking.entry("a", .rollingBack, latch: .set("one")))
        _ = try journal.record(JournalMaking.entry("a", .rollingBack, latch: .set("two")))
        _ = try journal.record(JournalMaking.entry("b", .aborted, latch: .set("one")))
        try journal.removeRamp(route: "a")
        #expect(try Array(journal.ramps().keys) == ["b"])
        _ = try journal.record(JournalMaking.entry("b", .removed))
        #expect(try journal.ramps().isEmpty)
        #expect(try folder.journal().latches() == ["a": ["one", "two"], "b": ["one"]])
        _ = try journal.record(JournalMaking.entry("a", .retried, latch: .clear("one")))
        #expect(try folder.journal().latches() == ["a": ["two"], "b": ["one"]])
    }

    @Test(arguments: [
        "UPDATE ramp SET state = x'00ff'", "UPDATE ramp SET state = CAST('{}' AS BLOB)",
        "UPDATE ramp SET stratum = 77", "UPDATE ramp SET watched = -1",
        "UPDATE ramp SET watched = 9223372036854775807",
        "UPDATE ramp SET state = CAST(replace(state, '\"step\":0', '\"step\":-1') AS BLOB)",
        """
        UPDATE ramp SET state =
            CAST(replace(state, '"step":0', '"step":9223372036854775807') AS BLOB)
        """,
        "UPDATE ramp SET state = CAST(replace(state, '1000', '100001') AS BLOB)",
    ])
    func leavesOutARampThatMakesNoSense(change: String) throws {
        let journal = try folder.journal()
        _ = try journal.record(JournalMaking.entry("a"))
        try folder.database().write { try $0.execute(sql: change) }
        #expect(try journal.ramps()["a"] == nil)
        // The next decision mends it.
        _ = try journal.record(JournalMaking.entry("a"))
        #expect(try journal.ramps()["a"]?.state == JournalMaking.state())
    }

    @Test(arguments: [
        "x'7b'", "CAST(replace(evidence, '\"errors\":1', '\"errors\":51') AS BLOB)",
        "CAST(replace(evidence, '\"requests\":50', '\"requests\":-1') AS BLOB)",
        "CAST(replace(evidence, '\"sum\":5000', '\"sum\":9223372036854775807') AS BLOB)",
        "CAST(replace(evidence, '[100,50]', '[100,-50]') AS BLOB)",
    ])
    func keepsARampWhoseEvidenceMakesNoSense(evidence: String) throws {
        let journal = try folder.journal()
        _ = try journal.record(JournalMaking.entry("a"))
        try journal.store(progress: ["a": progress(stratum: 0, watched: 10, requests: 50)])
        try folder.database().write {
            try $0.execute(sql: "UPDATE ramp SET evidence = \(evidence)")
        }
        let found = try #require(try journal.ramps()["a"])
        #expect(found.evidence == nil)
        #expect(found.state == JournalMaking.state(watchedMilliseconds: 10))
    }

    @Test func keepsEvidenceOfStreams() throws {
        let journal = try folder.journal()
        _ = try journal.record(JournalMaking.entry("a"))
        let evidence = JournalMaking.streamEvidence(50)
        try journal.store(progress: [
            "a": StoredRamp(state: JournalMaking.state(), evidence: evidence)
        ])
        #expect(try folder.journal().ramps()["a"]?.evidence == evidence)
    }

    @Test func readsTheEvidenceOfAnEarlierRelease() throws {
        let journal = try folder.journal()
        _ = try journal.record(JournalMaking.entry("a"))
        let version =
            "{\"requests\":50,\"errors\":1,\"latency\":{\"sum\":5000,\"buckets\":[100,50]}}"
        try folder.database().write {
            try $0.execute(
                sql: "UPDATE ramp SET evidence = CAST(? AS BLOB)",
                arguments: ["{\"stable\":\(version),\"candidate\":\(version)}"])
        }
        #expect(try journal.ramps()["a"]?.evidence == JournalMaking.evidence(50))
    }

    @Test(arguments: [
        "'\"streams\":50', '\"streams\":-1'", "'\"streams\":50', '\"streams\":0'",
        "'\"brokenStreams\":1', '\"brokenStreams\":51'", "'[80,50]', '[80,-50]'",
        "'\"sum\":4500', '\"sum\":9223372036854775807'",
    ])
    func keepsARampWhoseEvidenceOfStreamsMakesNoSense(change: String) throws {
        let journal = try folder.journal()
        _ = try journal.record(JournalMaking.entry("a"))
        try journal.store(progress: [
            "a": StoredRamp(
                state: JournalMaking.state(), evidence: JournalMaking.streamEvidence(50))
        ])
        #expect(try journal.ramps()["a"]?.evidence != nil)
        try folder.database().write {
            try $0.execute(
                sql: "UPDATE ramp SET evidence = CAST(replace(evidence, \(change)) AS BLOB)")
        }
        let found = try #require(try journal.ramps()["a"])
        #expect(found.evidence == nil && found.state == JournalMaking.state())
    }
}
