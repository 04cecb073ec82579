// The budgets that shadows share, and what is read of them.

import Recording
import Testing

@Suite struct ShadowLedgerTests {
    @Test func takesNoMoreThanThereIs() {
        let ledger = ShadowLedger()
        #expect(ledger.take(atMost: 2) && ledger.take(atMost: 2) && !ledger.take(atMost: 2))
        ledger.giveBack()
        #expect(ledger.take(atMost: 2))
        #expect(ledger.hold(60, atMost: 100) && !ledger.hold(41, atMost: 100))
        #expect(ledger.hold(40, atMost: 100))
        ledger.hold(5)
        ledger.release(100)
        #expect(ledger.requestsUnderWay == 2 && ledger.heldBytes == 5)
    }

    @Test func figuresSayWhatWasCounted() {
        let ledger = ShadowLedger()
        #expect(ShadowFigures(ledger) == ShadowFigures())
        ledger.began()
        ledger.hold(7)
        _ = ledger.take(atMost: 1)
        for (number, reason) in ShadowDrop.allCases.enumerated() {
            for _ in 0..<number { ledger.dropped(reason) }
        }
        let figures = ShadowFigures(ledger)
        #expect(figures.mirrored == 1 && figures.heldBytes == 7 && figures.underWay == 1)
        #expect(figures.drops[ShadowDrop.allCases[0]] == nil)
        #expect(figures.drops[.draining] == ShadowDrop.allCases.count - 1)
        #expect(figures.dropped == (0..<ShadowDrop.allCases.count).reduce(0, +))
    }
}
