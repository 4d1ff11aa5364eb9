import OCIClient
import ZooModel
package import ZooRegistry

extension RemoteConfiguration {
    /// Reads a configuration file; nil where there is none.
    ///
    /// - Throws: `ZooModelError` as `file:line:column: what is wrong`.
    static func read(_ path: String) throws -> RemoteConfiguration? {
        let node: ConfigurationNode
        do {
            node = try ConfigurationNode.read(path, mayBeEmpty: true)
        } catch let error as ZooModelError where error.code == .notFound {
            return nil
        }
        return try RemoteConfiguration(node)
    }

    /// Parses a configuration; `file` stands for it in messages.
    package static func parse(_ text: String, file: String = "config.yaml") throws -> RemoteConfiguration {
        try RemoteConfiguration(ConfigurationNode.parse(text, file: file, mayBeEmpty: true))
    }

    private init(_ node: ConfigurationNode) throws {
        self.init()
        guard !node.isNull else { return }
        let map = try node.mapping(
            ["registry", "mirrors", "endpoints", "authorities", "proxies", "insecure"],
            of: "the configuration of registries"
        )
        if let registry = map["registry"] {
            let text = try registry.string()
            let isPlace = RemotePlace.isRegistry(RemotePlace(text).registry)
            guard isPlace else { throw registry.error("\"\(text)\" is no registry: HOST[:PORT] or HOST[:PORT]/PREFIX") }
            defaultRegistry = text
        }
        for entry in try map["mirrors"]?.mapping(of: "mirrors").entries ?? [] {
            mirrors[entry.name] = try entry.value.isList ? entry.value.strings() : [entry.value.string()]
        }
        for entry in try map["endpoints"]?.mapping(of: "endpoints").entries ?? [] {
            endpoints[entry.name] = try entry.value.string()
        }
        for entry in try map["authorities"]?.mapping(of: "authorities").entries ?? [] {
            authorities[entry.name] = try entry.value.string()
        }
        for entry in try map["proxies"]?.mapping(of: "proxies").entries ?? [] {
            let text = try entry.value.string()
            do {
                if text != ProxySettings.direct { _ = try ProxyServer(text, from: entry.name) }
            } catch {
                throw entry.value.error("\(error), or \(ProxySettings.direct)")
            }
            proxies[entry.name] = text
        }
        if let list = map["insecure"] { insecure = Set(try list.isList ? list.strings() : [list.string()]) }
    }
}
