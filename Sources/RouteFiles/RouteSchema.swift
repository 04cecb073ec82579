// The JSON Schema of the files in `Routes/`, made of the keys that the readers know.

import Foundation
import Plan

/// `Routes/schema.json`, for completion in editors.
package enum RouteSchema {
    private typealias Object = [String: any Sendable]

    /// The schema as JSON; a test keeps the file the same.
    package static var text: String {
        let schema: Object = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Sluice: gateway.yaml or a route file",
            "anyOf": [route, gateway],
        ]
        let options: JSONSerialization.WritingOptions = [
            .prettyPrinted, .sortedKeys, .withoutEscapingSlashes,
        ]
        let data = try? JSONSerialization.data(withJSONObject: schema, options: options)
        return String(decoding: data ?? Data(), as: UTF8.self) + "\n"
    }

    private static let duration: Object = [
        "type": "string", "pattern": #"^[0-9]+(\.[0-9]+)?(ms|s|m|h|d)$"#,
    ]
    private static let size: Object = [
        "type": "string", "pattern": #"^[0-9]+(\.[0-9]+)?(B|KiB|MiB|GiB)$"#,
    ]
    private static let share: Object = [
        "type": "string", "pattern": #"^[0-9]+(\.[0-9]{1,3})?%$"#,
    ]
    private static let word: Object = ["type": "string", "minLength": 1]
    private static let boolean: Object = ["type": "boolean"]
    private static let count: Object = ["type": "integer", "minimum": 0]

    private static func count(_ range: ClosedRange<Int>) -> Object {
        ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound]
    }

    private static func object(
        _ keys: [String], _ values: Object, required: [String] = []
    ) -> Object {
        var properties: Object = [:]
        // A key without a value here would be a key that the readers know and this does not.
        for key in keys { properties[key] = values[key] ?? false }
        var object: Object = [
            "type": "object", "properties": properties, "additionalProperties": false,
        ]
        if !required.isEmpty { object["required"] = required }
        return object
    }

    private static func list(_ items: Object) -> Object {
        ["type": "array", "items": items, "minItems": 1]
    }

    private static func oneOrList(_ items: Object) -> Object {
        ["anyOf": [items, list(items)]]
    }

    private static func map(_ values: Object) -> Object {
        ["type": "object", "additionalProperties": values, "minProperties": 1]
    }

    private static var timeout: Object {
        object(
            TimeoutKeys.all,
            Dictionary(uniqueKeysWithValues: TimeoutKeys.all.map { ($0, duration) }))
    }

    private static var gateway: Object {
        let limits = LimitKey.all.map { key -> (String, Object) in
            switch key.kind {
            case .duration: (key.name, duration)
            case .size: (key.name, size)
            case .count: (key.name, count(key.range))
            }
        }
        return object(
            GatewayFile.keys,
            [
                "listen": word, "admin": word, "admin_token_file": word,
                "admin_tokens": oneOrList(adminToken), "admin_names": oneOrList(word),
                "webhook_secret_file": word, "workers": count, "certificates": word, "state": word,
                "trusted_proxies": oneOrList(word),
                "forwarded": boolean,
                "access_log": object(
                    GatewayFile.accessLogKeys,
                    ["to": word, "sample": share, "errors_only": boolean]),
                "log": object(
                    LogReader.keys,
                    [
                        "format": ["enum": LogSettings.Format.allCases.map(\.rawValue)] as Object,
                        "level": ["enum": LogSettings.Level.allCases.map(\.rawValue)] as Object,
                    ]),
                "tracing": object(
                    TracingReader.keys,
                    ["endpoint": word, "sample": share, "headers": map(word), "service": word],
                    required: ["endpoint"]),
                "dogstatsd": object(
                    DogStatsDReader.keys,
                    ["address": word, "prefix": word, "tags": map(word), "interval": duration],
                    required: ["address"]),
                "defaults": object(GatewayFile.defaultKeys, ["timeout": timeout]),
                "limits": object(
                    LimitKey.all.map(\.name), Dictionary(uniqueKeysWithValues: limits)),
                "alerts": alerts,
            ])
    }

    private static var alerts: Object {
        let rules = AlertRule.Kind.allCases.map { kind in
            object(
                AlertReader.keys(of: kind),
                [
                    "alert": ["enum": [kind.rawValue]] as Object,
                    "name": ["type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"] as Object,
                    "for": duration, "resolve_after": duration, "over": duration,
                    "within": duration, "below": share,
                    "above": kind == .latency ? duration : share,
                    "metric": ["enum": AlertReader.metrics.map(\.rawValue)] as Object,
                    "min_requests": count(AlertReader.minRequests), "routes": oneOrList(word),
                ],
                required: ["alert"] + ([.latency, .errors].contains(kind) ? ["above"] : []))
        }
        return object(
            AlertReader.keys,
            ["notify": notify, "rules": oneOrList(["anyOf": rules])],
            required: ["rules"])
    }

    private static var notify: Object {
        let slack = object(NotifyReader.targetKeys, ["slack": word], required: ["slack"])
        return oneOrList(["anyOf": [word, slack] as [Object]])
    }

    private static var adminToken: Object {
        object(
            AdminReader.tokenKeys,
            [
                "name": ["type": "string", "pattern": "^[A-Za-z0-9._@-]{1,64}$"] as Object,
                "role": ["enum": AdminToken.Role.allCases.map(\.rawValue)] as Object,
                "file": word,
                "sha256": ["type": "string", "pattern": "^[0-9A-Fa-f]{64}$"] as Object,
            ], required: ["name", "role"])
    }

    private static var route: Object {
        let match = object(
            MatchReader.keys,
            [
                "host": word, "path": word, "methods": oneOrList(word),
                "headers": conditions,
            ])
        let tls = object(
            VersionReader.tlsKeys, ["ca": word, "server_name": word, "verify": boolean])
        let version = object(
            VersionReader.keys,
            [
                "endpoints": oneOrList(word),
                "protocol": ["enum": EndpointProtocol.allCases.map(\.rawValue)] as Object,
                "tls": tls,
            ], required: ["endpoints"])
        let grpc = object(
            GRPCReader.keys, ["errors": oneOrList(["enum": GRPCReader.errorNames])],
            required: ["errors"])
        let sticky = object(RouteFile.stickyKeys, ["header": word, "cookie": word])
        return object(
            RouteFile.keys,
            [
                "route": ["type": "string", "pattern": "^[a-z0-9_-][a-z0-9._-]{0,62}$"] as Object,
                "match": match, "timeout": timeout, "versions": map(version),
                "sticky": oneOrList(sticky),
                "override": object(RouteFile.overrideKeys, ["header": word], required: ["header"]),
                "salt": word, "split": map(share), "canary": canary,
                "shadow": oneOrList(shadow), "version_header": boolean,
                "upgrade": oneOrList(["enum": ["websocket"]]), "grpc": grpc,
            ], required: ["route", "versions"])
    }

    private static var conditions: Object {
        map([
            "anyOf": [
                word, object(MatchReader.conditionKeys, ["regex": word], required: ["regex"]),
            ] as [Object]
        ])
    }

    private static var shadow: Object {
        let percentage: Object = [
            "type": "string", "pattern": #"^[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?%$"#,
        ]
        let amount: Object = ["type": "number", "minimum": 0]
        let parts: Object = ["absolute": amount, "relative": percentage]
        let tolerance: Object = [
            "anyOf": [percentage, amount, object(ToleranceReader.partKeys, parts)] as [Object]
        ]
        let tolerances = object(
            ToleranceReader.keys, parts.merging(["paths": map(tolerance)]) { $1 })
        let keep = object(
            ComparisonReader.keepKeys,
            [
                "pairs": count(ComparisonReader.pairRange), "redact": oneOrList(word),
                "redact_headers": oneOrList(word),
            ])
        return object(
            ShadowReader.keys,
            [
                "to": word, "sample": share, "methods": oneOrList(word), "headers": conditions,
                "max_body": size,
                "compare": ["enum": ComparisonRule.Mode.allCases.map(\.rawValue)] as Object,
                "compare_status": boolean, "compare_headers": oneOrList(word),
                "ignore": oneOrList(word), "unordered": oneOrList(word),
                "tolerance": ["anyOf": [percentage, amount, tolerances]] as Object,
                "noise_control": share, "keep": keep, "host": word, "keep_credentials": boolean,
                "strip": oneOrList(word),
                // Values of fields of JSON bodies may be anything.
                "set": [
                    "type": "object", "minProperties": 1, "additionalProperties": true,
                ] as Object,
                "timeout": timeout, "concurrency": count(ShadowReader.concurrencyRange),
                "buffer": size, "end_with_caller": boolean,
            ], required: ["to"])
    }

    private static var canary: Object {
        let step: Object = [
            "anyOf": [
                share,
                object(
                    CanaryReader.stepKeys, ["share": share, "hold": duration, "approve": boolean],
                    required: ["share"]),
            ] as [Object]
        ]
        let limit: Object = ["anyOf": [share, duration]]
        let metrics: Object = ["enum": Guard.Metric.allCases.map(\.rawValue)]
        let limited = object(
            GuardReader.keys,
            [
                "metric": metrics, "max_increase": limit, "max": limit, "min": share,
                "max_ratio": ["type": "number", "minimum": 1, "maximum": 1_000] as Object,
            ], required: ["metric"])
        let breaker = object(
            CanaryReader.breakerKeys,
            [
                "consecutive_errors": count(CanaryReader.consecutiveRange), "error_rate": share,
                "min_requests": count(CanaryReader.requestRange), "within": duration,
            ])
        return object(
            CanaryReader.keys,
            [
                "stable": word, "candidate": word, "steps": oneOrList(step), "hold": duration,
                "min_requests": count(CanaryReader.requestRange), "bake": duration,
                "guards": oneOrList(limited), "breaker": breaker,
                "on_inconclusive": ["enum": CanaryReader.inconclusiveWords] as Object,
                "deadline": duration, "false_rollback": share, "missed_regression": share,
                "notify": notify,
                "after_shadow": object(
                    CanaryReader.shadowKeys,
                    ["requests": count(CanaryReader.requestRange), "hold": duration],
                    required: ["requests"]),
            ], required: ["stable", "candidate"])
    }
}
