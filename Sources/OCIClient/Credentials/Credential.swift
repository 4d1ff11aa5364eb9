#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What proves to a registry who the user is; never shown.
package struct Credential: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The secret part.
    package enum Secret: Sendable, Equatable {
        case password(String)
        /// A refresh token of an OAuth 2 login.
        case identityToken(String)
    }

    /// The user's name; empty for tokens that need none.
    package let user: String
    /// The secret part.
    package let secret: Secret

    package init(user: String, secret: Secret) {
        self.user = user
        self.secret = secret
    }

    /// The value of an `Authorization` header for Basic authentication.
    var basicHeader: String {
        let password =
            switch secret {
            case .password(let text), .identityToken(let text): text
            }
        return "Basic \(Data("\(user):\(password)".utf8).base64EncodedString())"
    }

    /// The user's name alone: descriptions end up in logs.
    package var description: String { "credential of \(user)" }

    package var debugDescription: String { description }
}

/// Where credentials come from.
package protocol CredentialSource: Sendable {
    /// The credential for a registry, nil where there is none.
    func credential(for host: String) async throws -> Credential?
    /// Whether they were kept from before, so that logging in again may help.
    var isStored: Bool { get }
}

extension CredentialSource {
    package var isStored: Bool { true }
}

/// No credentials at all.
package struct NoCredentials: CredentialSource {
    package init() {}

    package func credential(for host: String) async throws -> Credential? { nil }
}

/// The same credential for one registry, as it was just given.
package struct FixedCredential: CredentialSource {
    package var isStored: Bool { false }
    private let host: String
    private let value: Credential

    package init(_ value: Credential, for host: String) {
        self.host = host
        self.value = value
    }

    package func credential(for host: String) async throws -> Credential? { host == self.host ? value : nil }
}
