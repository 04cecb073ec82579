// No file, however broken, traps the readers or fails without a place in the file.

import Comparison
import Foundation
import Plan
import SeededRandom
import Splitting
import Testing

@testable import RouteFiles

@Suite("Broken route files")
struct MutationTests {
    /// The valid fixtures and examples as bytes, with the name each must be read by.
    private static let sources: [(name: String, bytes: [UInt8])] = {
        let folders = Places.fixtures(of: "valid").map { "\(Places.fixtures)/valid/\($0)" }
        let paths = (folders + ["\(Places.root)/Routes"]).flatMap { folder in
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
            return (names ?? []).filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
        }
        return paths.compactMap { path in
            guard let data = FileManager.default.contents(atPath: path) else { return nil }
            return (URL(filePath: path).lastPathComponent, Array(data))
        }
    }()

    @Test("random changes of valid files load, or fail with a place within the file")
    func mutations() throws {
        #expect(Self.sources.count >= 20)
        var random = SeededGenerator.announced("route file mutations")
        let folder = try TemporaryFolder()
        var loaded = 0
        var refused = 0
        for round in 0..<SeededGenerator.rounds(3_000) {
            guard let source = Self.sources.randomElement(using: &random) else { return }
            var bytes = source.bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
            let file = try folder.write(source.name, bytes)
            do throws(LoadFailure) {
                let files = try RouteFolder.load(files: [file])
                for route in files.routes { checkSound(route) }
                loaded += 1
            } catch {
                refused += 1
                check(error, file, bytes, "round \(round)")
            }
        }
        #expect(loaded > 0 && refused > 0)
    }

    @Test("files of random bytes and of random YAML signs never trap")
    func noise() throws {
        var random = SeededGenerator.announced("route file noise")
        let folder = try TemporaryFolder()
        let signs = Array("abv1%: ,-?[]{}\"'\n\t#&*!|>@`~0./\\".utf8)
        for round in 0..<SeededGenerator.rounds(2_000) {
            let isText = round % 2 == 0
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                isText
                    ? signs.randomElement(using: &random) ?? 0
                    : UInt8.random(in: 0...255, using: &random)
            }
            let name = Bool.random(using: &random) ? "gateway.yaml" : "a.yaml"
            let file = try folder.write(name, bytes)
            do throws(LoadFailure) {
                _ = try RouteFolder.load(files: [file])
            } catch {
                check(error, file, bytes, "round \(round)")
            }
        }
    }

    private func check(_ failure: LoadFailure, _ file: String, _ bytes: [UInt8], _ round: String) {
        let lines = Self.lineCount(bytes)
        #expect(failure.diagnostics.contains { $0.severity == .error }, "\(round)")
        for diagnostic in failure.diagnostics {
            let isInside = (1...lines).contains(diagnostic.line) && diagnostic.column >= 1
            #expect(isInside, "\(round): \(diagnostic), of \(lines) lines")
            #expect(diagnostic.file == file)
        }
    }

    /// Lines as YAML counts them, at least one; what ends the last one begins no other.
    private static func lineCount(_ bytes: [UInt8]) -> Int {
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return max(1, lines.last?.isEmpty == true ? lines.count - 1 : lines.count)
    }

    /// What a plan is built on without looking again.
    private func checkSound(_ route: RouteDefinition) {
        #expect(!route.name.isEmpty)
        #expect(route.shares.count == route.versions.count)
        #expect(route.shares.reduce(0, +) == 100_000)
        #expect(route.versions.allSatisfy { !$0.endpoints.isEmpty })
        let made = route.route(ownership: .canonical(route.sharesByName))
        #expect(made.buckets.counts(versions: made.versions.count) == made.shares)
        if let canary = route.canary { checkSound(canary, of: route) }
        for shadow in route.shadows { checkSound(shadow, of: route) }
    }

    private func checkSound(_ shadow: Shadow, of route: RouteDefinition) {
        #expect(route.versions.indices.contains(shadow.version))
        #expect(route.shadows.count { $0.version == shadow.version } == 1)
        #expect(route.canary != nil || route.shares[shadow.version] < 100_000)
        #expect((1...100_000).contains(shadow.sample))
        #expect((0...100_000).contains(shadow.noiseControl))
        #expect(shadow.comparison != nil || shadow.keptPairs == 0 && shadow.noiseControl == 0)
        #expect(throws: Never.self) { try JSONRewrite(shadow.changes.fields) }
        #expect(shadow.changes.headers.allSatisfy { $0.name == $0.name.lowercased() })
    }

    private func checkSound(_ canary: Canary, of route: RouteDefinition) {
        #expect(canary.stable != canary.candidate)
        #expect([canary.stable, canary.candidate].allSatisfy(route.versions.indices.contains))
        #expect(route.shares[canary.stable] == 100_000)
        let shares = canary.steps.map(\.share)
        #expect(shares == Set(shares).sorted() && !shares.isEmpty)
        #expect(shares.allSatisfy { (0...100_000).contains($0) } && shares.last ?? 0 > 0)
        if canary.looksAtShadow {
            #expect(route.candidateShadow != nil)
            #expect(canary.steps[0].isMirrored == (canary.steps[0].minRequests != nil))
        }
        #expect(canary.steps.allSatisfy { $0.holdMilliseconds <= canary.deadlineMilliseconds })
        #expect(!canary.guards.isEmpty && canary.guardAlpha > 0)
        #expect(canary.guards.allSatisfy { $0.limit.value > 0 })
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.remove(at: place)
        case 3:
            bytes.insert(
                Array("[]{}:,-\"'%#*& \n\t0".utf8).randomElement(using: &random) ?? 0, at: place)
        case 4: bytes.removeSubrange(place...)
        default:
            var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            let index = Int.random(in: 0..<lines.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: lines.remove(at: index)
            case 1: lines.insert(lines[index], at: index)
            default: lines.swapAt(index, Int.random(in: 0..<lines.count, using: &random))
            }
            bytes = Array(lines.joined(separator: [0x0A]))
        }
    }
}
