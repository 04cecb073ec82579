// A bucket has the owner that its table says.

import Plan
import SeededRandom
import Testing

@Suite("Bucket table")
struct BucketTableTests {
    typealias Range = BucketTable.Range

    @Test("of one run gives every bucket to its version")
    func oneRun() {
        let table = BucketTable(ranges: [Range(start: 0, version: 3)])
        #expect([0, 1, 50_000, 99_999].allSatisfy { table.version(of: $0) == 3 })
        #expect(table.counts(versions: 5) == [0, 0, 0, 100_000, 0])
    }

    @Test("changes owners exactly at the starts of its runs")
    func bounds() {
        let table = BucketTable(ranges: [
            Range(start: 0, version: 0), Range(start: 1, version: 2),
            Range(start: 70_000, version: 1), Range(start: 70_001, version: 0),
            Range(start: 99_999, version: 2),
        ])
        let owners = [0: 0, 1: 2, 69_999: 2, 70_000: 1, 70_001: 0, 99_998: 0, 99_999: 2]
        for (bucket, owner) in owners { #expect(table.version(of: bucket) == owner) }
        #expect(table.counts(versions: 3) == [29_999, 1, 70_000])
    }

    @Test("agrees with a scan of its runs, however many")
    func scan() {
        let seed = SeededGenerator.seed(for: "bucket tables")
        var generator = SeededGenerator(seed: seed)
        for runs in [2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 500] {
            var starts: Set<Int> = [0]
            while starts.count < runs {
                starts.insert(Int.random(in: 1..<BucketTable.bucketCount, using: &generator))
            }
            let ranges = starts.sorted().map {
                Range(start: $0, version: Int.random(in: 0..<6, using: &generator))
            }
            let table = BucketTable(ranges: ranges)
            var counts = [Int](repeating: 0, count: 6)
            var place = 0
            var wrong = 0
            for bucket in 0..<BucketTable.bucketCount {
                if place + 1 < runs, ranges[place + 1].start == bucket { place += 1 }
                if table.version(of: bucket) != ranges[place].version { wrong += 1 }
                counts[ranges[place].version] += 1
            }
            #expect(wrong == 0, "\(runs) runs, seed \(seed)")
            #expect(table.counts(versions: 6) == counts, "\(runs) runs, seed \(seed)")
        }
    }
}
