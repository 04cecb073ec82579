// Proves: why nobody was reached is told in words for people.

import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import Control

@Suite struct ConnectionWordsTests {
    private struct Odd: Error, CustomStringConvertible {
        let description = String(repeating: "x", count: 1_000)
    }

    @Test func errorsOfTheSystemAreTheSystemsWords() {
        let error = IOError(errnoCode: ECONNREFUSED, reason: "connection reset (error set)")
        #expect(ConnectionWords.of(error) == "Connection refused")
    }

    @Test func whatIsNotKnownIsCut() {
        #expect(ConnectionWords.of(Odd()).count == 200)
    }

    @Test func anAddressWhereNobodyListensIsToldInThoseWords() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        // There is no such socket, whoever else is on this machine.
        let path = "/tmp/sluice-nobody-\(getpid())"
        await #expect {
            _ = try await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get()
        } throws: {
            ConnectionWords.of($0) == "No such file or directory"
        }
    }

    @Test func aNameThatIsNotKnownIsNamed() async {
        let group = MultiThreadedEventLoopGroup.singleton
        await #expect {
            _ = try await ClientBootstrap(group: group).connect(host: "nobody.invalid", port: 1)
                .get()
        } throws: {
            ConnectionWords.of($0).hasPrefix("the name nobody.invalid is not known")
        }
    }
}
