// The documents that tests of commands rest on are those that the API answers.

import Foundation
import Testing

@testable import Admin

@Suite struct ShadowFixtureTests {
    /// What is left of a file once it is read as a document and written again.
    private func check<T: Codable>(_ name: String, is type: T.Type) throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/Shadows/\(name).json")
        let data = try Data(contentsOf: path)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let written = try Answers.encoder.encode(decoder.decode(type, from: data))
        let before = try JSONSerialization.jsonObject(with: data) as? NSDictionary
        let after = try JSONSerialization.jsonObject(with: written) as? NSDictionary
        #expect(before != nil && before == after, "\(String(decoding: written, as: UTF8.self))")
    }

    @Test func documentsAreAsTheAPIAnswersThem() throws {
        try check("shadows", is: ShadowsDocument.self)
        try check("pairs", is: PairsDocument.self)
        try check("pair", is: PairDocument.self)
    }
}
