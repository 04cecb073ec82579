// A private key that is encrypted, as it may come from a certificate authority.

/// A key made for the tests alone; its password does not matter.
enum EncryptedKey {
    /// The key in PEM form (PKCS #8, AES-256).
    static let pem = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAipo7gcKgqSMQICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEECTx9uKy8P/AtFAIvtMdfLIEgZCP
        ZzRLG4nL/CETfWQTF4sok1797xEWgUWVbmIYtQnQ0huUfsUFktnmXzWE2soq5i8o
        DnXj92RjCZyEMTc6nunJPgMElTjJv0oO5gQnoDXosQQkqPzJWMthdIzuErALse+d
        ZyrSERMwIUbmeOXrxY0Ap3mq+fc1okrhAT0m/siyVyYJLVs4GRSd6OmrlxhjY/0=
        -----END ENCRYPTED PRIVATE KEY-----

        """
}
