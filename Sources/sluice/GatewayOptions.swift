// The flags that several commands share.

import ArgumentParser
import Plan
import RouteFiles

/// Where the files are, and what goes before them.
struct GatewayOptions: ParsableArguments {
    @Option(help: "The folder of route files.")
    var routes = "Routes"

    @Option(help: "The folder of certificates; goes before gateway.yaml.")
    var certs: String?

    @Option(help: "The state directory; goes before gateway.yaml.")
    var state: String?

    @Option(help: "ADDR:PORT for clients; goes before gateway.yaml.")
    var listen: ListenAddress?

    @Option(help: "ADDR:PORT for operators; goes before gateway.yaml.")
    var admin: ListenAddress?

    @Option(help: "Event loops; one for each core if left out.")
    var workers: Int?

    func validate() throws {
        if let workers, !(1...1_024).contains(workers) {
            throw ValidationError("--workers must be from 1 to 1024")
        }
    }

    /// The files and what goes before them.
    var files: GatewayFiles {
        var overrides = GatewayOverrides()
        overrides.listen = listen
        overrides.admin = admin
        overrides.certificates = certs
        overrides.state = state
        overrides.workers = workers
        return GatewayFiles(routes: routes, overrides: overrides)
    }
}

/// A folder of route files, and what flags say instead of them.
struct GatewayFiles {
    var routes: String
    var overrides = GatewayOverrides()

    /// Loads the files, or fails with all that is wrong with them.
    func load() throws -> LoadedFiles {
        do {
            return try RouteFolder.load(folder: routes, overrides: overrides)
        } catch {
            throw CommandFailure(code: CommandFailure.no, message: error.description)
        }
    }
}

/// Where a running gateway is asked.
struct AdminOptions: ParsableArguments {
    @Option(
        help: "ADDR:PORT of the gateway's admin listener, or its URL.", transform: Self.address)
    var admin = ListenAddress(host: "127.0.0.1", port: 9901)

    @Option(help: "A file with the admin listener's token.")
    var tokenFile: String?

    var place: AdminPlace { AdminPlace(address: admin, tokenFile: tokenFile) }

    /// Also reads what the log and a browser show: the address with `http://` before it.
    private static func address(_ argument: String) throws -> ListenAddress {
        var text = argument[...]
        if text.hasPrefix("http://") {
            text = text.dropFirst("http://".count)
            if text.hasSuffix("/") { text = text.dropLast() }
        }
        if let address = ListenAddress(argument: String(text)) { return address }
        throw ValidationError("--admin takes an IP address and a port, like 127.0.0.1:9901")
    }
}

/// Where a running gateway is asked, and with what token.
struct AdminPlace {
    var address: ListenAddress
    var tokenFile: String?
}

extension ListenAddress: ExpressibleByArgument {
    /// Reads an address as flags have it.
    public init?(argument: String) {
        guard let address = AddressText.listen(argument) else { return nil }
        self = address
    }
}
