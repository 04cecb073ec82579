// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target: Swift 6 mode, explicit imports and existentials, no warnings.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// Targets that touch raw memory: every unsafe use is marked.
let memory: [SwiftSetting] = strict + [.strictMemorySafety()]

/// The request path: as `memory`, without the run-time exclusivity checks
/// (docs/decisions/0002-exclusivity.md).
let requestPath: [SwiftSetting] =
    memory + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")

// Listed in the order of the map in ARCHITECTURE.md: a target depends only on targets above it.
let package = Package(
    name: "sluice",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "sluice", targets: ["sluice"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CCares", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
        .systemLibrary(
            name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CDashboard", exclude: ["api", "assets"]),
        .target(name: "Plan", swiftSettings: memory),
        .target(name: "TLS", dependencies: ["COpenSSL", nioCore], swiftSettings: requestPath),
        .target(name: "HTTPWire", swiftSettings: requestPath),
        .target(name: "Splitting", dependencies: ["Plan"], swiftSettings: memory),
        .target(name: "Recording", swiftSettings: memory),
        .target(name: "Comparison", dependencies: ["Plan"], swiftSettings: strict),
        .target(
            name: "Pairing", dependencies: ["CZlib", "Plan", "Recording", "Comparison"],
            swiftSettings: memory),
        .target(name: "Verdict", dependencies: ["Plan", "Recording"], swiftSettings: strict),
        .target(
            name: "DataPlane",
            dependencies: [
                "CNghttp2", "Plan", "TLS", "HTTPWire", "Splitting", "Recording", "Comparison",
                "Pairing", nioCore, nioPosix,
            ],
            swiftSettings: requestPath),
        .target(
            name: "RouteFiles",
            dependencies: [
                "Plan", "TLS", "Splitting", "Comparison",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .target(
            name: "Journal",
            dependencies: [
                "Plan", "Splitting", "Recording", "Comparison", "Pairing", "Verdict",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .target(
            name: "Control",
            dependencies: [
                "CCares", "COpenSSL", "Plan", "TLS", "Splitting", "Recording", "Pairing",
                "Verdict", "DataPlane", "RouteFiles", "Journal", nioCore, nioPosix,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: memory),
        .target(
            name: "Admin",
            dependencies: [
                "COpenSSL", "CDashboard", "Plan", "Recording", "Comparison", "Pairing", "Verdict",
                "DataPlane", "Journal", "Control", nioCore,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: memory),
        .target(
            name: "SampleModels",
            dependencies: [
                nioCore, .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "sluice",
            dependencies: [
                "Plan", "TLS", "Splitting", "Recording", "Comparison", "Verdict", "DataPlane",
                "RouteFiles", "Journal", "Control", "Admin", "SampleModels", nioCore,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(name: "RequestCases", path: "Tests/RequestCases", swiftSettings: strict),
        .target(name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: strict),
        .target(name: "Waiting", path: "Tests/Waiting", swiftSettings: strict),
        .executableTarget(
            name: "DecisionsBenchmark", dependencies: ["Plan", "Recording", "Verdict"],
            path: "Benchmarks/Decisions", swiftSettings: strict),
        .testTarget(
            name: "PlanTests", dependencies: ["Plan", "SeededRandom"], swiftSettings: strict),
        .testTarget(
            name: "TLSTests", dependencies: ["COpenSSL", "TLS", "SeededRandom", nioCore],
            swiftSettings: strict),
        .testTarget(
            name: "HTTPWireTests", dependencies: ["HTTPWire", "RequestCases", "SeededRandom"],
            swiftSettings: strict),
        .testTarget(
            name: "SplittingTests", dependencies: ["Plan", "Splitting", "SeededRandom"],
            swiftSettings: strict),
        .testTarget(
            name: "RecordingTests", dependencies: ["Recording", "SeededRandom"],
            swiftSettings: strict),
        .testTarget(
            name: "ComparisonTests", dependencies: ["Plan", "Comparison", "SeededRandom"],
            swiftSettings: strict),
        .testTarget(
            name: "PairingTests",
            dependencies: ["CZlib", "Plan", "Recording", "Comparison", "Pairing", "SeededRandom"],
            swiftSettings: strict),
        .testTarget(
            name: "VerdictTests", dependencies: ["Plan", "Recording", "Verdict", "SeededRandom"],
            swiftSettings: strict),
        .testTarget(
            name: "DataPlaneTests",
            dependencies: [
                "Plan", "TLS", "Splitting", "Recording", "Comparison", "Pairing", "DataPlane",
                "RequestCases", "Waiting", nioCore, nioPosix,
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RouteFilesTests",
            dependencies: [
                "Plan", "TLS", "Splitting", "Comparison", "RouteFiles", "SeededRandom",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "JournalTests",
            dependencies: [
                "Plan", "Splitting", "Recording", "Comparison", "Pairing", "Verdict", "Journal",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ControlTests",
            dependencies: [
                "Plan", "Splitting", "Recording", "Comparison", "Pairing", "Verdict", "DataPlane",
                "RouteFiles", "Journal", "Control", "Waiting", nioCore, nioPosix,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AdminTests",
            dependencies: [
                "Plan", "Recording", "Comparison", "Pairing", "Verdict", "Journal", "Control",
                "Admin", "SeededRandom", nioCore,
            ],
            swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "sluice", "Recording", "Journal", "SeededRandom", "Waiting", nioCore,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SoakTests",
            dependencies: [
                "sluice", nioCore, nioPosix,
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
    ]
)

// Fuzz/README.md: linked with libFuzzer, so that no other build has them.
if Context.environment["SLUICE_FUZZ"] != nil {
    package.targets += [
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Plan", "TLS", "HTTPWire", "Splitting", "Recording", "Comparison",
                "Pairing", "DataPlane", "RouteFiles", "RequestCases", nioCore, nioPosix,
            ],
            path: "Fuzz", exclude: ["README.md", "run"], swiftSettings: strict)
    ]
}
