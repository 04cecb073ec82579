// Statuses of gRPC have the numbers and names of its specification, and sets of them hold those.

import Plan
import Testing

@Suite struct GRPCStatusTests {
    @Test func numbersAndNamesAreThoseOfTheSpecification() {
        #expect(GRPCStatus.allCases.map(\.rawValue) == Array(0...16))
        #expect(
            GRPCStatus.allCases.map(\.name) == [
                "ok", "cancelled", "unknown", "invalid_argument", "deadline_exceeded", "not_found",
                "already_exists", "permission_denied", "resource_exhausted", "failed_precondition",
                "aborted", "out_of_range", "unimplemented", "internal", "unavailable", "data_loss",
                "unauthenticated",
            ])
    }

    @Test(arguments: GRPCStatus.allCases)
    func aSetHoldsWhatItIsMadeOf(status: GRPCStatus) {
        let alone = GRPCStatusSet([status])
        #expect(alone.statuses == [status])
        for code in 0...16 { #expect(alone.contains(code: code) == (code == status.rawValue)) }
        // What gRPC does not know is unknown.
        for code in [-1, 17, 99, Int.max, Int.min] {
            #expect(alone.contains(code: code) == (status == .unknown))
        }
    }

    @Test func faultsOfTheServerAreThoseThatHTTPAnswersWith500AndAbove() {
        #expect(
            GRPCStatusSet.serverFaults.statuses == [
                .unknown, .deadlineExceeded, .unimplemented, .internal, .unavailable, .dataLoss,
            ])
        #expect(GRPCStatusSet([]).statuses.isEmpty)
        #expect(GRPCStatusSet(GRPCStatus.allCases).statuses == GRPCStatus.allCases)
    }
}
