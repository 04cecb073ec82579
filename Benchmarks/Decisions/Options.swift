// What the command line asks for.

/// The options, all of which have defaults.
struct Options: Sendable {
    /// The parts that can be run alone.
    enum Part: String, CaseIterable {
        case equal
        case regressions
        case failure
    }

    static let usage = """
        usage: DecisionsBenchmark [--only equal|regressions|failure] [--ramps N] [--trials N]
                                  [--seed N] [--threads N] [--by-shape] [--markdown]

          --only PART   whole ramps of equal versions by our engine (equal); all judges on the
                        same trials (regressions); candidates that fail altogether (failure)
          --ramps N     whole ramps of equal versions, over all shapes together (10000)
          --trials N    trials for each shape, regression and share (100)
          --seed N      the seed of all that is random (1)
          --threads N   threads (2)
          --by-shape    a row for each shape, too
          --markdown    tables as Markdown
        """

    var part: Part?
    var ramps = 10_000
    var trials = 100
    var seed: UInt64 = 1
    var threads = 2
    var isByShape = false
    var isMarkdown = false

    /// Reads arguments; nil if there is anything wrong with them.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        func number() -> Int? {
            guard let word = rest.popFirst(), let number = Int(word), number > 0 else { return nil }
            return number
        }
        while let option = rest.popFirst() {
            switch option {
            case "--by-shape": isByShape = true
            case "--markdown": isMarkdown = true
            case "--only":
                guard let named = rest.popFirst().flatMap(Part.init) else { return nil }
                part = named
            case "--ramps", "--trials", "--seed", "--threads":
                guard let number = number() else { return nil }
                switch option {
                case "--ramps": ramps = number
                case "--trials": trials = number
                case "--seed": seed = UInt64(number)
                default: threads = number
                }
            default: return nil
            }
        }
    }

    func includes(_ other: Part) -> Bool { part == nil || part == other }
}
