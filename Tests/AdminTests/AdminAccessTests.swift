// Who may ask the admin listener: tokens, roles, names, and whom the journal calls them.

import Plan
import Testing

@testable import Admin

@Suite struct AdminAccessTests {
    private static let access = AdminAccess(
        tokens: [
            AdminAccess.Token(name: nil, role: .operator, text: "the first token of all"),
            AdminAccess.Token(name: "wall", role: .viewer, text: "only to look on with"),
            // printf %s 'known by its digest' | sha256sum
            AdminAccess.Token(
                name: "ann", role: .operator, digest: AdminAccess.digest("known by its digest")),
        ], names: ["sluice.example.com"])

    @Test(
        arguments: [
            ("Bearer the first token of all", nil, AdminToken.Role.operator),
            ("Bearer only to look on with", "wall", .viewer),
            ("bearer known by its digest", "ann", .operator),
        ] as [(String, String?, AdminToken.Role)])
    func aKnownTokenIsItsHolder(field: String, name: String?, role: AdminToken.Role) {
        #expect(Self.access.caller(field) == Caller(name: name, role: role))
    }

    @Test(
        arguments: [
            nil, "", "Bearer", "Bearer ", "Bearer the first token of al",
            "Bearer the first token of all ", "Bearer  the first token of all",
            "Basic the first token of all", "the first token of all",
            "Bearer THE FIRST TOKEN OF ALL",
        ] as [String?])
    func nothingElseIs(field: String?) {
        #expect(Self.access.caller(field) == nil)
    }

    @Test func withoutTokensEverybodyIsAnOperator() {
        let open = AdminAccess(tokens: [])
        for field in [nil, "Bearer anything at all"] {
            #expect(open.caller(field) == .anybody)
        }
    }

    @Test func digestsAreThoseOfTheStandard() {
        // FIPS 180-2, appendix B.1.
        let digits = AdminAccess.digest("abc").map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0\(text)" : text
        }
        #expect(
            digits.joined() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:9901", "10.1.2.3", "[::1]:9901", "[2001:db8::1]", "localhost",
        "LocalHost:9901", "a.localhost:1", "sluice.example.com", "Sluice.Example.com:9901",
    ])
    func hostsThatAreOurs(host: String) {
        #expect(Self.access.isOurs(host: host))
    }

    @Test(arguments: [
        "", ":9901", "evil.example", "sluice.example.com.evil.example", "localhost.evil.example",
        "127.0.0.1.evil.example", "xsluice.example.com", "1.2.3", "1.2.3.256", "1.2.3.4.5",
        "notlocalhost", "127.0.0.1 evil",
    ])
    func hostsThatAreNot(host: String) {
        #expect(!Self.access.isOurs(host: host))
    }

    @Test(
        arguments: [
            (nil, nil, "api"), (nil, "bob", "bob"), ("ann", nil, "ann"), ("ann", "ann", "ann"),
            ("ann", "bob", "bob (token ann)"),
        ] as [(String?, String?, String)])
    func theJournalNamesTheTokensHolder(name: String?, said: String?, actor: String) {
        #expect(Caller(name: name, role: .operator).actor(saying: said) == actor)
    }
}
