/// Which proxy a connection goes through: as the user's configuration says for a host, else as the environment says.
///
/// The variables are curl's: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, or the same in upper case. This
/// machine is spoken to directly whatever they say.
package struct ProxySettings: Sendable {
    /// What the configuration says of a host that is spoken to without a proxy.
    package static let direct = "direct"

    private struct Variable: Sendable {
        let name: String
        let text: String
    }

    private var variables: [String: Variable] = [:]
    private var exceptions = ProxyExceptions("")
    private var hosts: [String: String] = [:]

    /// No proxy.
    package init() {}

    /// Reads the environment.
    ///
    /// - Parameter hosts: by HOST or HOST:PORT, a proxy's address or ``direct``; they come before the environment.
    package init(environment: (String) -> String?, hosts: [String: String] = [:]) {
        self.hosts = hosts
        func value(_ name: String, upper: Bool = true) -> Variable? {
            for name in upper ? [name, name.uppercased()] : [name] {
                if let text = environment(name), !text.isEmpty { return Variable(name: name, text: text) }
            }
            return nil
        }
        // A web server hands a request's "Proxy" header to its programs under this name (httpoxy).
        let isUntrusted = environment("REQUEST_METHOD") != nil
        variables["http"] = value("http_proxy", upper: !isUntrusted) ?? value("all_proxy")
        variables["https"] = value("https_proxy") ?? value("all_proxy")
        exceptions = ProxyExceptions(value("no_proxy")?.text ?? "")
    }

    /// The proxy to an origin; nil for a direct connection.
    ///
    /// - Throws: ``ClientError`` `.usage` where what is set for it names none.
    package func proxy(to origin: HTTPAddress.Origin) throws -> ProxyServer? {
        if let text = hosts["\(origin.host):\(origin.port)"] ?? hosts[origin.host] {
            return text == Self.direct ? nil : try ProxyServer(text, from: "the configuration of \(origin.host)")
        }
        guard let variable = variables[origin.scheme], !RegistryHost.isLoopback(origin.host),
            !exceptions.contain(origin.host, port: origin.port)
        else { return nil }
        return try ProxyServer(variable.text, from: variable.name)
    }
}
