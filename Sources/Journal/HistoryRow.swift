// What one version did in one minute.

package import Recording

/// The figures of a version in a minute of the day's clock.
package struct HistoryRow: Sendable, Equatable {
    /// The route's name.
    package let route: String
    /// The version's name.
    package let version: String
    /// Minutes since 1970.
    package let minute: Int
    /// The share that was wanted at the end of the minute, in buckets.
    package let share: Int
    package let figures: VersionFigures

    /// Makes a row.
    package init(route: String, version: String, minute: Int, share: Int, figures: VersionFigures) {
        self.route = route
        self.version = version
        self.minute = minute
        self.share = share
        self.figures = figures
    }
}
