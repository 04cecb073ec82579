// What is known of one request to the admin listener.

import Foundation
import Hummingbird
import NIOCore

/// The context of a request: who sent it, and on which connection.
struct AdminContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who sent it, once the token is checked.
    var caller: Caller?
    /// Its connection, so that a reader who does not read can be cut off.
    let channel: any Channel

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// A segment of the path by the name that the router gave it, decoded; empty if it is no text.
    func segment(_ name: String) -> String {
        parameters.get(name)?.removingPercentEncoding ?? ""
    }
}
