// Names: when they are asked for again, and what the system's resolver says.

import DataPlane
import Plan
import RouteFiles
import Testing

@testable import Control

@Suite(.timeLimit(.minutes(1))) struct NameTests {
    private func answer(_ last: UInt8, seconds: Int) -> NameAnswer {
        NameAnswer(
            addresses: [ResolvedAddress(bytes: [10, 0, 0, last])], seconds: seconds, problem: nil)
    }

    @Test func asksAgainWhenTheAddressExpires() {
        var names = NameSchedule()
        let limits = Plan.Limits()
        #expect(names.due(among: ["a", "b"], nowMilliseconds: 0) == ["a", "b"])
        names.take(answer(1, seconds: 60), for: "a", nowMilliseconds: 0, limits: limits)
        #expect(names.due(among: ["a"], nowMilliseconds: 59_999).isEmpty)
        #expect(names.due(among: ["a"], nowMilliseconds: 60_000) == ["a"])
    }

    @Test(arguments: [(0, 5_000), (1, 5_000), (60, 60_000), (86_400, 300_000)])
    func believesAnAddressWithinItsLimits(seconds: Int, milliseconds: Int) {
        var names = NameSchedule()
        names.take(
            answer(1, seconds: seconds), for: "a", nowMilliseconds: 0, limits: Plan.Limits())
        #expect(names.due(among: ["a"], nowMilliseconds: milliseconds - 1).isEmpty)
        #expect(names.due(among: ["a"], nowMilliseconds: milliseconds) == ["a"])
    }

    @Test func keepsTheOldAddressWhenNobodyCanSay() {
        var names = NameSchedule()
        let limits = Plan.Limits()
        names.take(answer(1, seconds: 60), for: "a", nowMilliseconds: 0, limits: limits)
        let failure = NameAnswer(addresses: [], seconds: 0, problem: "no answer")
        names.take(failure, for: "a", nowMilliseconds: 60_000, limits: limits)
        #expect(names.addresses["a"] == [ResolvedAddress(bytes: [10, 0, 0, 1])])
        #expect(names.due(among: ["a"], nowMilliseconds: 65_000) == ["a"])
        names.keep(only: [])
        #expect(names.addresses.isEmpty)
    }

    @Test func resolvesWhatTheSystemKnows() async {
        let lookup = NameLookup()
        let found = await lookup.find(["localhost", "no-such-name.invalid"])
        let local = found["localhost"]?.addresses ?? []
        #expect(local.contains(ResolvedAddress(bytes: [127, 0, 0, 1])))
        #expect(found["no-such-name.invalid"]?.addresses == [])
        #expect(found["no-such-name.invalid"]?.problem != nil)
        await lookup.close()
    }

    @Test func waitsUntilFilesAreStill() throws {
        let path = "/tmp"
        let one = [try #require(FileStamp(path))]
        var watch = FolderWatch(loaded: [])
        func look(_ stamps: [FileStamp]) -> Bool { watch.hasChanged(stamps) }
        #expect(look([]) == false)
        #expect(look(one) == false)
        #expect(look(one) == true)
        #expect(look(one) == false)
        #expect(look([]) == false)
        #expect(look([]) == true)
    }
}
