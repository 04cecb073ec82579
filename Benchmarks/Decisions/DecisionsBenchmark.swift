// Simulates canaries: our engine beside the rules of Flagger, Argo Rollouts and Kayenta.

import Glibc

@main
struct DecisionsBenchmark {
    static func main() async {
        guard let options = Options(Array(CommandLine.arguments.dropFirst())) else {
            print(Options.usage)
            exit(2)
        }
        print("seed \(options.seed); \(options.trials) trials a cell, \(options.ramps) ramps\n")
        for contender in Contender.allCases { print("- \(contender.rawValue): \(contender.rule)") }
        print("")
        if options.includes(.equal) { await EqualRamps.run(options) }
        if options.includes(.regressions) { await Comparison.runRegressions(options) }
        if options.includes(.failure) { await Comparison.runFailure(options) }
    }
}
