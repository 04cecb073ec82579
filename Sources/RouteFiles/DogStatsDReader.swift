// Reads `dogstatsd:` of gateway.yaml: who is sent the metrics, and how often.

import Plan

/// Reads where metrics are sent. What is accepted here fits into one datagram with every label.
enum DogStatsDReader {
    static let keys = ["address", "prefix", "tags", "interval"]
    private static let intervals = 1_000...60_000
    private static let mostPrefixBytes = 64
    private static let mostTags = 16
    private static let mostTagBytes = 512
    /// The field of `sockaddr_un` without its last NUL (unix(7)).
    private static let mostPathBytes = 107
    private static let unix = "unix://"
    private static let addressMend =
        "write address: 127.0.0.1:8125 or unix:///var/run/datadog/dsd.socket"

    static func read(_ value: YAMLValue) -> DogStatsDSettings? {
        guard let mapping = value.mapping("dogstatsd", keys: keys) else { return nil }
        let address = address(value, mapping["address"])
        let prefix = mapping["prefix"].flatMap(prefix)
        let tags = mapping["tags"].map(tags)
        let interval = mapping["interval"]?.milliseconds("dogstatsd.interval", intervals)
        guard let address else { return nil }
        var settings = DogStatsDSettings(address: address)
        settings.prefix = prefix ?? settings.prefix
        settings.tags = tags ?? settings.tags
        settings.intervalMilliseconds = interval ?? settings.intervalMilliseconds
        return settings
    }

    private static func address(
        _ parent: YAMLValue, _ value: YAMLValue?
    ) -> DogStatsDSettings.Address? {
        guard let value else {
            parent.error("dogstatsd has no address", "metrics would go nowhere", addressMend)
            return nil
        }
        guard let text = value.text("dogstatsd.address", mend: addressMend) else { return nil }
        let what = "dogstatsd.address is \(value.shown)"
        if text.hasPrefix(unix) {
            let path = String(text.dropFirst(unix.count))
            let fits = path.hasPrefix("/") && path.utf8.count <= mostPathBytes
            if fits && !path.utf8.contains(0) { return .unix(path: path) }
            value.error(
                what, "a socket has a whole path of at most \(mostPathBytes) bytes", addressMend)
            return nil
        }
        if let (host, port) = AddressText.split(text.lowercased()), let port, port != 0,
            AddressText.isName(host) || AddressText.bytes(host) != nil
        {
            return .udp(host: host, port: port)
        }
        value.error(
            what, "it needs a host and a port from 1 to 65535, IPv6 in [brackets]", addressMend)
        return nil
    }

    private static func prefix(_ value: YAMLValue) -> String? {
        let mend = "write letters, digits, dots and low lines, like prefix: models.sluice"
        guard let text = value.text("dogstatsd.prefix", mend: mend) else { return nil }
        let isWhole = text.wholeMatch(of: /[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*/) != nil
        if isWhole && text.utf8.count <= mostPrefixBytes { return text }
        value.error(
            "dogstatsd.prefix is \(value.shown)",
            isWhole
                ? "it has more than \(mostPrefixBytes) bytes" : "a metric's name cannot begin so",
            mend)
        return nil
    }

    private static func tags(_ value: YAMLValue) -> [DogStatsDSettings.Tag] {
        let mend = "write tags like {env: production}"
        var bytes = 0
        let tags = (value.entries("dogstatsd.tags", mend: mend) ?? []).compactMap { key, value in
            let (name, text) = (key.scalarText, value.scalarText)
            bytes += name.utf8.count + text.utf8.count + 2
            if name.wholeMatch(of: /[A-Za-z][A-Za-z0-9_.\/-]*/) == nil {
                key.error("the tag \(key.shown) cannot be sent", "that is no tag's name", mend)
            } else if text.wholeMatch(of: /[A-Za-z0-9_.:\/-]+/) == nil {
                value.error(
                    "the value of the tag \(key.shown) cannot be sent",
                    "it is not of letters, digits and _ . : / - alone", mend)
            } else {
                return DogStatsDSettings.Tag(name: name, value: text)
            }
            return nil
        }
        if tags.count > mostTags || bytes > mostTagBytes {
            value.error(
                "dogstatsd.tags has \(tags.count) tags of \(bytes) bytes",
                "every metric carries them all",
                "use at most \(mostTags) of \(mostTagBytes) bytes together")
        }
        return tags
    }
}
