// What holds of layouts after any history of changes.

import Foundation
import Plan
import SeededRandom
import Splitting
import Testing

@Suite("Bucket ownership after random histories")
struct BucketOwnershipPropertyTests {
    private let names = RandomShares.names

    /// One change of a history.
    private struct Change {
        let before: BucketOwnership
        let wanted: [String: Int]
        let after: BucketOwnership
        /// Which change of which history it is, with the seed that leads to it.
        let place: Comment
    }

    /// The changes of so many random histories of up to 12 each.
    private func changes(_ property: String, histories: Int) -> [Change] {
        let seed = SeededGenerator.seed(for: property)
        var draw = RandomShares(seed: seed)
        var changes: [Change] = []
        for history in 0..<histories {
            draw.begin()
            var state = BucketOwnership.canonical(draw.next())
            for step in 0..<Int.random(in: 1...12, using: &draw.generator) {
                let wanted = draw.next()
                let after = state.changed(to: wanted)
                changes.append(
                    Change(
                        before: state, wanted: wanted, after: after,
                        place: "seed \(seed), history \(history), change \(step)"))
                state = after
            }
        }
        return changes
    }

    @Test("the shares are exactly those wanted, and the layout is sound")
    func shares() {
        for change in changes("shares", histories: 400) {
            let (wanted, after) = (change.wanted, change.after)
            #expect(after.shares == wanted.filter { $0.value > 0 }, change.place)
            #expect(after.isSound, change.place)
            let counts = after.table(versions: names).counts(versions: names.count)
            #expect(counts == names.map { wanted[$0, default: 0] }, change.place)
        }
    }

    @Test("as few buckets move as can, and only from losers to gainers")
    func fewestMoves() {
        for change in changes("fewest moves", histories: 400) {
            let earlier = change.before.shares
            let fewest = losses(from: earlier, to: change.wanted)
            #expect(change.before.moved(to: change.after) == fewest, change.place)
            let moves = change.before.moves(to: change.after, versions: names)
            #expect(moves.values.reduce(0, +) == fewest, change.place)
            let rise = { (name: String) in
                change.wanted[name, default: 0] - earlier[name, default: 0]
            }
            #expect(moves.keys.allSatisfy { rise($0.from) < 0 && rise($0.to) > 0 }, change.place)
        }
    }

    @Test("raising one version moves nobody between two others")
    func raisingOne() {
        let seed = SeededGenerator.seed(for: "raising one")
        var draw = RandomShares(seed: seed)
        for change in changes("histories before a raise", histories: 300) {
            let state = change.after
            let raised = names.randomElement(using: &draw.generator) ?? names[0]
            var wanted = state.shares
            for (name, share) in state.shares where name != raised {
                let loss = Int.random(in: 0...share, using: &draw.generator)
                wanted[name] = share - loss
                wanted[raised, default: 0] += loss
            }
            let moves = state.moves(to: state.changed(to: wanted), versions: names)
            #expect(moves.keys.allSatisfy { $0.to == raised }, "seed \(seed); \(change.place)")
        }
    }

    @Test("a change and back leads to the same owners")
    func backAtOnce() {
        for change in changes("a change and back", histories: 400) {
            let back = change.after.changed(to: change.before.shares)
            #expect(change.before.moved(to: back) == 0, change.place)
            let (table, first) = (back.table(versions: names), change.before.table(versions: names))
            #expect(table == first, change.place)
        }
    }

    @Test("a walk back the way it came passes the same states")
    func backAllTheWay() {
        let seed = SeededGenerator.seed(for: "walks back")
        var draw = RandomShares(seed: seed)
        for history in 0..<400 {
            draw.begin()
            var way = [BucketOwnership.canonical(draw.next())]
            for _ in 0..<Int.random(in: 1...12, using: &draw.generator) {
                way.append(way[way.count - 1].changed(to: draw.next()))
            }
            var state = way[way.count - 1]
            for (step, earlier) in way.enumerated().reversed() {
                state = state.changed(to: earlier.shares)
                #expect(state == earlier, "seed \(seed), history \(history), step \(step)")
            }
        }
    }

    @Test("a jump back over several changes finds the very owners if all of it can be undone")
    func jumpBack() {
        for change in changes("jumps", histories: 300) {
            // Up and further up, as a ramp goes: what one gives, the other takes.
            let start = change.after
            let most = start.shares.max { ($0.value, $0.key) < ($1.value, $1.key) }
            guard let giver = most?.key, let share = most?.value else { continue }
            var first = start.shares
            first[giver] = share - share / 3
            first["new"] = share / 3
            var second = first
            second[giver] = share - share / 2
            second["new"] = share / 2
            let back = start.changed(to: first).changed(to: second).changed(to: start.shares)
            #expect(start.moved(to: back) == 0, change.place)
        }
    }

    @Test("writing and reading changes nothing, now or later")
    func coding() throws {
        let later = ["v1": 12_345, "v3": 80_000, "candidate": 7_655]
        for change in changes("coding", histories: 100) {
            let (after, earlier) = (change.after, change.before.shares)
            let data = try JSONEncoder().encode(after)
            let read = try JSONDecoder().decode(BucketOwnership.self, from: data)
            #expect(read == after, change.place)
            #expect(read.isSound, change.place)
            #expect(read.changed(to: later) == after.changed(to: later), change.place)
            #expect(read.changed(to: earlier) == after.changed(to: earlier), change.place)
        }
    }

    @Test("the table and the owners agree")
    func table() {
        let seed = SeededGenerator.seed(for: "buckets of tables")
        var generator = SeededGenerator(seed: seed)
        for change in changes("tables", histories: 200) {
            let after = change.after
            let order = names.shuffled(using: &generator)
            let table = after.table(versions: order)
            var buckets = (0..<50).map { _ in Int.random(in: 0..<100_000, using: &generator) }
            for range in table.ranges { buckets += [range.start, max(0, range.start - 1)] }
            buckets.append(BucketTable.bucketCount - 1)
            for bucket in buckets {
                let owner = after.owner(of: bucket)
                #expect(order[table.version(of: bucket)] == owner, "\(bucket), \(change.place)")
            }
        }
    }

    @Test("the figures agree with counting every bucket")
    func everyBucket() {
        for change in changes("every bucket", histories: 4) {
            let old = change.before.owners(versions: names)
            let new = change.after.owners(versions: names)
            let moved = zip(old, new).count { $0 != $1 }
            #expect(moved == change.before.moved(to: change.after), change.place)
            var counts: [String: Int] = [:]
            for owner in new { counts[owner, default: 0] += 1 }
            #expect(counts == change.wanted.filter { $0.value > 0 }, change.place)
        }
    }
}
