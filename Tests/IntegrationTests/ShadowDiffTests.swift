// Proves: `sluice diff` tells what becomes of shadows, and no credential that a copy would carry.

import Foundation
import Testing

@Suite struct ShadowDiffTests {
    @Test func whatChangesIsTold() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model()
            let versions = [("v1", model.endpoint), ("v2", model.endpoint)]
            try scenario.route(versions: versions, "shadow: {to: v2, sample: 10%}")
            let gateway = try await scenario.gateway()
            #expect(try await gateway.sluice("diff").output == "no difference\n")
            try FileManager.default.createDirectory(
                atPath: "\(scenario.folder)/Other", withIntermediateDirectories: true)
            try scenario.write(
                "Other/sentiment.yaml",
                scenario.read("Routes/sentiment.yaml").replacing(
                    "{to: v2, sample: 10%}",
                    with: "{to: v2, sample: 20%, compare: json, "
                        + "set: {authorization: Bearer hidden, $.model: x}}"))
            let changed = try await gateway.sluice("diff", "--routes", "Other")
            #expect(changed.output.contains("shadow.v2.sample: 10.0% -> 20.0%"), "\(changed)")
            #expect(changed.output.contains("shadow.v2.compare: nothing -> json"))
            #expect(changed.output.contains("authorization: …"))
            #expect(changed.output.contains("$.model"))
            #expect(!changed.output.contains("hidden"))
        }
    }
}
