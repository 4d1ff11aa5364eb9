import Glibc
import ZooFiles
import ZooJSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A credential file as docker (`config.json`) and podman (`auth.json`) write it; what zoo does not know stays in it.
package struct AuthFile {
    private static let byteLimit = 4 << 20

    /// Where it lies.
    package let path: String
    private var root: [String: JSONValue]

    /// Reads a file; one that is not there is empty.
    ///
    /// - Throws: ``ClientError`` `.credentials` naming the file.
    package init(_ path: String) throws {
        self.path = path
        root = [:]
        do {
            let file = try OpenFile(path)
            guard let bytes = try file.readAll(limit: Self.byteLimit) else {
                throw ClientError(.credentials, "\(path) is longer than \(Self.byteLimit) bytes")
            }
            guard !bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }) else { return }
            guard case .object(let members) = try JSONValue(parsing: bytes) else {
                throw ClientError(.credentials, "\(path) is no JSON object")
            }
            root = members
        } catch let error as FileError where error.code == .notFound {
            return
        } catch let error as JSONError {
            throw ClientError(.credentials, "\(path) is not valid", cause: error)
        }
    }

    /// The helper program for a host: `credHelpers`, else `credsStore`.
    package func helper(for host: String) -> String? {
        for name in [root["credHelpers"]?[key: host], root["credsStore"]] {
            if case .string(let text)? = name, !text.isEmpty { return text }
        }
        return nil
    }

    /// The entry for a host, or the nearest one for a repository on it (`host/a/b`, as podman writes).
    ///
    /// - Throws: ``ClientError`` `.credentials` for an entry that cannot be read.
    package func credential(for host: String) throws -> Credential? {
        for key in Self.keys(of: host) {
            guard case .object(let entry)? = root["auths"]?[key: key] else { continue }
            func text(_ name: String) -> String? {
                if case .string(let text)? = entry[name], !text.isEmpty { text } else { nil }
            }
            var user = text("username") ?? ""
            var password = text("password")
            if let encoded = text("auth") {
                guard let data = Data(base64Encoded: encoded), let colon = data.firstIndex(of: UInt8(ascii: ":")) else {
                    throw ClientError(.credentials, "\(path): the entry for \(key) is not readable; zoo login \(host)")
                }
                user = String(decoding: data[..<colon], as: UTF8.self)
                // Docker pads what it encodes with zero bytes.
                let rest = data[data.index(after: colon)...]
                password = String(decoding: rest.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let token = text("identitytoken") { return Credential(user: user, secret: .identityToken(token)) }
            if let password, !password.isEmpty || !user.isEmpty {
                return Credential(user: user, secret: .password(password))
            }
        }
        return nil
    }

    /// Writes the credential for a host into the file, readable for its owner alone.
    package mutating func store(_ credential: Credential, for host: String) throws {
        var entry: [String: JSONValue] = [:]
        switch credential.secret {
        case .password(let password):
            entry["auth"] = .string(Data("\(credential.user):\(password)".utf8).base64EncodedString())
        case .identityToken(let token):
            entry["auth"] = .string(Data("\(credential.user):".utf8).base64EncodedString())
            entry["identitytoken"] = .string(token)
        }
        var auths: [String: JSONValue] = [:]
        if case .object(let members)? = root["auths"] { auths = members }
        for key in Self.keys(of: host) { auths[key] = nil }
        auths[Self.keys(of: host)[0]] = .object(entry)
        root["auths"] = .object(auths)
        try save()
    }

    /// Removes what the file has for a host; answers whether there was anything.
    package mutating func erase(_ host: String) throws -> Bool {
        guard case .object(var auths)? = root["auths"] else { return false }
        let before = auths.count
        for key in Self.keys(of: host) { auths[key] = nil }
        guard auths.count < before else { return false }
        root["auths"] = .object(auths)
        try save()
        return true
    }

    private func save() throws {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        if !parent.isEmpty, mkdir(parent, 0o700) != 0, errno != EEXIST {
            throw FileError(path: parent, operation: "create")
        }
        var file = try AtomicFile(path, mode: 0o600)
        try file.write(JSONWriter.canonical(.object(root)) + [UInt8(ascii: "\n")])
        try file.commit()
    }

    /// The names under which programs file a registry, the plain one first.
    private static func keys(of host: String) -> [String] {
        let plain = host == "docker.io" || host == "index.docker.io" ? "https://index.docker.io/v1/" : host
        return [plain]
            + [host, "https://\(host)", "http://\(host)"].flatMap { [$0, "\($0)/", "\($0)/v1/", "\($0)/v2/"] }
    }
}
