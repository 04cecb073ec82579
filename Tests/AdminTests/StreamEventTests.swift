// The bytes of the live stream's events.

import NIOCore
import Testing

@testable import Admin

@Suite struct StreamEventTests {
    private struct Hostile: Encodable {
        let someText: String
    }

    @Test func dataIsOneLineWhateverIsInIt() throws {
        let text = "a\nevent: forged\r\n\r\ndata: <script>\u{2028}"
        let event = String(
            buffer: try StreamEvent.make("decision", id: 17, Hostile(someText: text)))
        let lines = event.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 5)
        #expect(lines[0] == "event: decision")
        #expect(lines[1] == "id: 17")
        #expect(lines[2].hasPrefix("data: {\"some_text\":\"a\\nevent: forged"))
        #expect(lines[3].isEmpty && lines[4].isEmpty)
        #expect(!event.contains("\r"))
    }

    @Test func browsersAreToldWhenToComeBack() {
        #expect(String(buffer: StreamEvent.opening) == "retry: 2000\n\n")
    }
}
