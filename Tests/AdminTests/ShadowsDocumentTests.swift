// What the API tells of shadows, and that versions are shown without them.

import Comparison
import Control
import Foundation
import Journal
import Pairing
import Plan
import Recording
import Testing

@testable import Admin

@Suite struct ShadowsDocumentTests {
    private let made = ShadowMaking()

    private func document() -> ShadowsDocument {
        ShadowsDocument(
            ShadowMaking.route, made.states, figures: made.made.versions, windowSeconds: 60,
            examples: ["v2": ["$.a": [9, 7]]])
    }

    private func decoded<T: Codable>(_ value: T) throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(T.self, from: Answers.encoder.encode(value))
    }

    @Test func tellsAgreementAndNoise() throws {
        let shadow = try #require(try decoded(document()).shadows.first)
        #expect(shadow.summary.shadow == "v2" && shadow.summary.compare == "json")
        #expect(shadow.summary.sample == 10 && shadow.details.noiseControl == 1)
        let agreement = try #require(shadow.summary.agreement)
        #expect(agreement.compared == 10 && agreement.agreeing == 8 && agreement.differing == 2)
        #expect(agreement.notComparable == ["too_large": 1])
        let rate = try #require(agreement.rate)
        #expect(rate.value == 0.8 && rate.low < 0.8 && rate.high > 0.8)
        #expect(shadow.summary.control?.rate?.value == 0.9)
        let groups = shadow.details.groups
        #expect(Set(groups.map(\.group)) == ["$.a", "$.b"])
        let group = try #require(groups.first { $0.group == "$.a" })
        #expect(group.rate == 0.2 && group.noiseRate == 0.1 && group.examples == [9, 7])
        #expect(abs(try #require(group.excess) - 0.1) < 1e-12)
        #expect(group.low < 0.1 && group.high > 0.1)
        #expect(group.shadow == 2 && group.control == 1)
        #expect(groups.first { $0.group == "$.b" }?.examples == [])
    }

    @Test func tellsBothSidesOfTheSameRequests() throws {
        let shadow = try #require(try decoded(document()).shadows.first)
        let figures = shadow.details.figures
        #expect(figures.map(\.role) == ["shadow", "primary"])
        #expect(figures.map(\.requests) == [2, 2])
        #expect(figures[0].errors["timeout"] == 1 && figures[1].errors["timeout"] == 0)
        #expect(figures[0].errorRate?.value == 0.5)
        #expect(abs(try #require(figures[0].latencyMs["p50"]).value - 12) < 0.2)
        #expect(abs(try #require(figures[1].latencyMs["p50"]).value - 9) < 0.2)
        let latency = try #require(shadow.summary.pairedLatency)
        #expect(latency.pairs == 11 && latency.meanMs.value == 3)
        #expect(latency.slowerShare?.value == 1)
        #expect(latency.p50Ms.low == nil)
    }

    @Test func tellsWhatIsHeldAndDropped() throws {
        let shadow = try #require(try decoded(document()).shadows.first)
        let ledger = shadow.summary.ledger
        #expect(ledger.mirrored == 12 && ledger.inFlight == 1 && ledger.heldBytes == 4_096)
        #expect(ledger.dropped == ["requests": 3, "comparisons": 1])
        #expect(shadow.details.keptPairs == 50)
        #expect(shadow.details.examples.kept == 2 && shadow.details.examples.lost == 1)
    }

    @Test func ofOneThatIsNotComparedOnlyItsCopiesAreTold() throws {
        let shadow = try #require(try decoded(document()).shadows.last)
        #expect(shadow.summary.shadow == "v3" && shadow.summary.compare == nil)
        #expect(shadow.summary.agreement == nil && shadow.summary.pairedLatency == nil)
        #expect(shadow.details.groups.isEmpty && shadow.details.figures[0].requests == 0)
    }

    @Test func oneObjectIsWrittenForEachShadow() throws {
        let text = String(decoding: try Answers.encoder.encode(document()), as: UTF8.self)
        for name in ["\"summary\"", "\"details\""] { #expect(!text.contains(name)) }
        for name in [
            "\"shadow\":\"v2\"", "\"held_bytes\":4096", "\"noise_rate\":0.1",
            "\"compared_since_ms\":1000", "\"paired_latency\":", "\"slower_share\":",
            "\"not_comparable\":{\"too_large\":1}", "\"other_groups\":{\"control\":0,\"shadow\":0}",
        ] { #expect(text.contains(name), "\(name)") }
    }

    @Test func versionsAreShownWithoutTheirShadows() throws {
        let overview = GatewayOverview(
            state: made.state, figures: made.made.versions, windowSeconds: 1, ramps: [:])
        let snapshot = SnapshotDocument(
            overview, routes: [ShadowMaking.route], atMilliseconds: 1)
        #expect(snapshot.requestsPerSecond == 1)
        #expect(snapshot.routes.first?.versions.map(\.requests) == [1, 0, 0])
        let glances = try #require(snapshot.routes.first?.shadows)
        #expect(glances.map(\.shadow) == ["v2", "v3"])
        #expect(glances[0].mirrored == 12 && glances[0].dropped == 4)
        #expect(glances[0].agreement?.value == 0.8 && glances[0].control?.value == 0.9)
        let comparison = ComparisonDocument(
            ShadowMaking.route, made.made.versions, windowSeconds: 1,
            shadows: ShadowSummaryDocument.all(of: ShadowMaking.route, made.states))
        #expect(comparison.versions.map(\.requests) == [1, 0, 0])
        #expect(comparison.shadows?.first?.agreement?.compared == 10)
        #expect(ShadowSummaryDocument.all(of: FiguresMaking.route, made.states) == nil)
    }

    @Test func aKeptPairIsToldWithBothAnswers() throws {
        let comparison = PairComparison(ComparisonRule(mode: .json))
        let primary = Answer(status: 200, headers: [], body: .whole(Array(#"{"a":1}"#.utf8)))
        let other = Answer.missing("timeout")
        let result = comparison.compare(primary: primary, shadow: other)
        let stored = StoredPair(
            id: 7,
            pair: KeptPair(
                key: ShadowMaking.key, digest: "d", version: "v1", atMilliseconds: 5,
                identifier: "id", request: "GET /?…", groups: ["answer"],
                primary: .init(endpoint: "http://a:1", microseconds: 1_500),
                shadow: .init(endpoint: "", microseconds: 2_000),
                example: comparison.example(primary: primary, shadow: other, result: result)))
        let document = try decoded(PairDocument(stored))
        #expect(document.pair.id == 7 && document.pair.shadowStatus == 0)
        #expect(document.pair.requestId == "id" && document.pair.groups == ["answer"])
        #expect(document.primary.version == "v1" && document.primary.totalMs == 1.5)
        #expect(document.shadow.version == "v2" && document.shadow.body == "[no answer (timeout)]")
        #expect(document.differences.first?.kind == "missing")
        #expect(document.primary.body == #"{"a":1}"#)
    }
}
