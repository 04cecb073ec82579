// The question of `sluice explain --live`.

package import Control
package import DataPlane
package import Plan

/// A request that nobody sends, to be explained.
package struct ExplainQuestion: Codable, Sendable {
    /// One header field.
    package struct Field: Codable, Sendable {
        package let name: String
        package let value: String

        /// Makes a field.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package let method: String
    package let host: String
    /// The path and query.
    package let target: String
    package let fields: [Field]

    /// Makes a question.
    package init(method: String, host: String, target: String, fields: [Field]) {
        self.method = method
        self.host = host
        self.target = target
        self.fields = fields
    }

    /// What a plan would do with the request.
    package func answer(_ plan: Plan) throws(RequestTrial.Refusal) -> Explanation {
        let trial = try RequestTrial.run(
            plan, method: method, host: host, target: target,
            fields: fields.map { ($0.name, $0.value) })
        return Explanation(trial, plan).with(
            shadowsOf: plan, method: method, host: host, target: target,
            fields: fields.map { ($0.name, $0.value) })
    }
}
