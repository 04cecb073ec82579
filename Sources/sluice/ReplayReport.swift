// What a replay came to, as JSON and in words: pure.

import Admin
import Verdict

/// The answer of `sluice replay`.
struct ReplayReport: Encodable {
    let trace: String
    /// The times of the first and the last outcome of the ramp's versions, as the trace has them.
    let startMs: Int
    let endMs: Int
    let stableOutcomes: Int
    let candidateOutcomes: Int
    /// Of versions that are not the ramp's: passed over.
    let otherOutcomes: Int
    /// Whether a step in the shadow was passed over, or guards on agreement were left out.
    let leavesOutShadow: Bool
    /// With the trace's own times.
    let decisions: [DecisionDocument]
    /// Where the ramp stands at the end of the trace.
    let ramp: RampDocument

    /// A decision, after the time into the trace.
    static func line(_ decision: DecisionDocument, startMs: Int) -> String {
        let time = FigureText.duration(decision.atMs - startMs)
        let blanks = String(repeating: " ", count: max(0, 13 - time.count))
        return "\(blanks)\(time)  \(decision.summary)"
    }

    /// What is said after the last decision.
    var lines: [String] {
        var end =
            "the trace ends after \(FigureText.duration(endMs - startMs)), with "
            + "\(FigureText.count(stableOutcomes)) outcomes of \(ramp.stable) and "
            + "\(FigureText.count(candidateOutcomes)) of \(ramp.candidate)"
        if otherOutcomes > 0 {
            end += "; \(FigureText.count(otherOutcomes)) of other versions are passed over"
        }
        var note =
            "callers were shared out as the trace was recorded: whether shares are as wanted is "
            + "not checked"
        if leavesOutShadow {
            note +=
                "; and a trace knows no copies: a step in the shadow is passed over, and guards on "
                + "agreement are left out"
        }
        return [""] + TextWrap.lines(end, columns: LabelledText.columns, first: "")
            + RampBlock.standing(ramp)
            + LabelledText.lines("note", note, indent: 2)
    }
}
