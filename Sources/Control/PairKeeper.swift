// Writes what the desk of pairs has to keep, apart from whoever serves or decides.

import Journal
import Logging
import Pairing

/// Writes examples once a second and tallies once a minute. What cannot be written is lost and
/// counted: nobody waits for it.
actor PairKeeper {
    private static let secondsOfTallies = 60

    private let desk: PairDesk
    private let journal: Journal
    private let logger: Logger
    private var terms: [PairKey: PairTerms]?
    private var stored: [KeptTally]
    private var problem: String?

    /// Makes a keeper; `stored` are the tallies that the journal has.
    init(desk: PairDesk, journal: Journal, logger: Logger, stored: [KeptTally]) {
        self.desk = desk
        self.journal = journal
        self.logger = logger
        self.stored = stored
    }

    /// Writes until it is cancelled.
    func run() async {
        var seconds = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            seconds += 1
            keep(withTallies: seconds % Self.secondsOfTallies == 0)
        }
    }

    /// Writes what there is now.
    func keep(withTallies: Bool) {
        let reports = desk.reports
        let examples = desk.takeExamples()
        let terms = reports.mapValues { PairTerms(digest: $0.digest, most: $0.keptPairs) }
        do {
            if terms != self.terms {
                try journal.prunePairs(terms: terms)
                self.terms = terms
            }
            try journal.append(pairs: examples, terms: terms)
            desk.ended(examples, areKept: true)
            if withTallies { try keep(reports) }
            problem = nil
        } catch {
            desk.ended(examples, areKept: false)
            let words = "\(error)"
            if problem != words { logger.warning("examples of shadows are lost: \(words)") }
            problem = words
        }
    }

    private func keep(_ reports: [PairKey: ShadowReport]) throws(JournalError) {
        let tallies = reports.sorted { $0.key < $1.key }.map {
            KeptTally(key: $0.key, digest: $0.value.digest, tally: $0.value.tally)
        }
        if tallies == stored { return }
        try journal.store(tallies: tallies)
        stored = tallies
    }
}
