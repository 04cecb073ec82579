// Which callers a shadow sees.

extension Shadow {
    /// What keys the draw of the callers who are mirrored to a version: another draw than that of
    /// the route's split, so that who is mirrored does not depend on who answers.
    package static func salt(ofRoute salt: String, version: String) -> String {
        "\(salt)/shadow/\(version)"
    }
}
