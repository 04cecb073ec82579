// Reads `versions:`: the versions of a model and where each is served.

import Plan
import TLS

/// Reads the versions of a route.
enum VersionReader {
    static let keys = ["endpoints", "protocol", "tls"]
    static let tlsKeys = ["ca", "server_name", "verify"]
    private static let mostEndpoints = 1_024

    static func read(_ mapping: YAMLMapping) -> [Version] {
        let mend = "write versions: {v1: {endpoints: [http://127.0.0.1:9001]}}"
        guard let value = mapping["versions"] else {
            mapping.value.error("versions is missing", "requests would have nowhere to go", mend)
            return []
        }
        let entries = value.entries("versions", mend: mend) ?? []
        if entries.count > RouteFile.mostVersions {
            value.error(
                "there are \(entries.count) versions", "a route may have \(RouteFile.mostVersions)",
                "remove those that nobody uses")
        }
        return entries.map { key, value in
            checkName(key)
            return readVersion(key.scalarText, key.shown, value)
        }
    }

    /// The place of the version that this value names; reports one that is not there.
    static func index(of value: YAMLValue, in versions: [Version], _ what: String) -> Int? {
        let name = value.scalarText
        if let index = versions.firstIndex(where: { $0.name == name }) { return index }
        let known = versions.prefix(16).map { YAMLValue.shortened($0.name) }
        let hint =
            NearestKey.find(name, among: known).map { "did you mean \($0)?" }
            ?? "the versions are \(known.joined(separator: ", "))"
        value.error("\(what) names \(value.shown)", "versions has no such version", hint)
        return nil
    }

    private static func checkName(_ key: YAMLValue) {
        let mend = "write 1 to 63 of A-Z, a-z, 0-9, - _ and ."
        guard let name = key.text("a version's name", mend: mend) else { return }
        let isFit = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x30...0x39).contains(byte) || [0x2D, 0x5F, 0x2E].contains(byte)
        }
        if isFit && name.utf8.count <= 63 { return }
        key.error("a version is called \(key.shown)", "the name stands in a header", mend)
    }

    /// The version; also when something is wrong with it, so that `split` may name it.
    private static func readVersion(
        _ name: String, _ shown: String, _ value: YAMLValue
    ) -> Version {
        let unserved = Version(name: name, endpoints: [])
        guard let mapping = value.mapping("version \(shown)", keys: keys) else { return unserved }
        let wire = ProtocolReader.read(mapping["protocol"])
        let security = Security.read(mapping["tls"])
        let mend = "write endpoints: [http://HOST:PORT]"
        guard let list = mapping["endpoints"] else {
            mapping.value.error(
                "version \(shown) has no endpoints", "requests would have nowhere to go", mend)
            return unserved
        }
        let members = list.list("endpoints", mend: mend) ?? []
        if members.count > mostEndpoints {
            list.error(
                "version \(shown) has \(members.count) endpoints", "\(mostEndpoints) are possible",
                "put a load balancer in front of them")
        }
        var seen: Set<String> = []
        let endpoints = members.compactMap { member -> Endpoint? in
            guard let endpoint = EndpointReader.read(member, security, wire) else { return nil }
            if seen.insert(endpoint.url).inserted { return endpoint }
            member.error("\(endpoint.url) stands twice", "once is enough", "remove one of them")
            return nil
        }
        if !endpoints.isEmpty && endpoints.allSatisfy({ $0.security == nil }) {
            mapping["tls"]?.error(
                "tls is given, but no endpoint is https", "it would have no effect",
                "write https:// in endpoints, or remove tls")
            if wire == .auto { mapping["protocol"].map(ProtocolReader.warnOfCleartext) }
        }
        return Version(name: name, endpoints: endpoints)
    }
}

/// What `tls:` says of a version's endpoints.
struct Security {
    var trust = EndpointSecurity.Trust.system
    var serverName: String?

    static func read(_ value: YAMLValue?) -> Security {
        var security = Security()
        guard let mapping = value?.mapping("tls", keys: VersionReader.tlsKeys) else {
            return security
        }
        if let value = mapping["ca"] { security.readAuthorities(value) }
        if let name = mapping["server_name"] {
            let mend = "write the name in the endpoint's certificate"
            let text = name.text("tls.server_name", mend: mend)?.lowercased() ?? ""
            if AddressText.isName(text) || AddressText.bytes(text) != nil {
                security.serverName = text
            } else if !text.isEmpty {
                name.error("tls.server_name is \(name.shown)", "no certificate is for it", mend)
            }
        }
        if let verify = mapping["verify"], verify.boolean("tls.verify") == false {
            if mapping["ca"] != nil {
                verify.error(
                    "tls.verify is false beside tls.ca", "one of the two has no effect",
                    "remove one of them")
            }
            verify.warning(
                "tls.verify is false", "anybody on the way can read and answer the requests",
                "name the authority in tls.ca")
            security.trust = .anybody
        }
        return security
    }

    private mutating func readAuthorities(_ value: YAMLValue) {
        let mend = "name a PEM file of authorities"
        guard let path = value.text("tls.ca", mend: mend) else { return }
        trust = .file(path)
        guard FileCheck.isReadable(path, value, "tls.ca") else { return }
        do {
            // Workers do the same later, when nobody looks.
            _ = try ClientContext(trust: .file(path), protocols: [])
        } catch {
            value.error("tls.ca is \(value.shown)", "no endpoint could be verified: \(error)", mend)
        }
    }
}

/// Reads the URL of an endpoint.
enum EndpointReader {
    static func read(
        _ value: YAMLValue, _ security: Security, _ wire: EndpointProtocol
    ) -> Endpoint? {
        let mend = "write http://HOST:PORT or https://HOST:PORT, without a path"
        guard let text = value.text("an endpoint", mend: mend) else { return nil }
        func refuse(_ reason: String) -> Endpoint? {
            value.error("an endpoint is \(value.shown)", reason, mend)
            return nil
        }
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else { return refuse("that is no http URL") }
        var rest = text.dropFirst(isSecure ? 8 : 7)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        if rest.contains("@") {
            // What stands before it may be a password, which no log is to show.
            value.error("an endpoint has a user name", "user names are not sent", mend)
            return nil
        }
        if rest.contains("/") || rest.contains("?") {
            return refuse("the path of a request is passed on as it is")
        }
        guard let (host, port) = AddressText.split(rest.lowercased()), port != 0 else {
            return refuse("it needs a host and a port from 1 to 65535, IPv6 in [brackets]")
        }
        guard AddressText.isName(host) || AddressText.bytes(host) != nil else {
            return refuse("its host is no name and no address")
        }
        let trust =
            isSecure
            ? EndpointSecurity(trust: security.trust, serverName: security.serverName ?? host) : nil
        return Endpoint(
            host: host, port: port ?? (isSecure ? 443 : 80), security: trust, wire: wire)
    }
}
