// What can be fuzzed, by name.

/// One reader of bytes from outside.
enum Target: String, CaseIterable {
    case heads
    case bodies
    case answers
    case files
    case tls
    case client
    case upstream

    /// Gives it an input; a promise that does not hold ends the process.
    func run(_ input: [UInt8]) {
        switch self {
        case .heads: HeadTarget.run(input)
        case .bodies: BodyTarget.run(input)
        case .answers: AnswerTarget.run(input)
        case .files: FileTarget.run(input)
        case .tls: TLSTarget.run(input)
        case .client: ClientTarget.run(input)
        case .upstream: UpstreamTarget.run(input)
        }
    }

    /// What it begins with; files have the fixtures of the tests, too.
    var seeds: [[UInt8]] {
        switch self {
        case .heads: HeadTarget.seeds
        case .bodies: BodyTarget.seeds
        case .answers: AnswerTarget.seeds
        case .files: FileTarget.seeds
        case .tls: TLSTarget.seeds
        case .client: ClientTarget.seeds
        case .upstream: UpstreamTarget.seeds
        }
    }
}

/// Ends the process with words if a promise does not hold; `precondition` has none in a release.
func promise(_ holds: Bool, _ words: @autoclosure () -> String) {
    if !holds { fatalError(words()) }
}
