/// The kinds of module that a model directory holds, in the order of their layers.
public enum ModuleKind: String, Codable, Sendable, CaseIterable {
    case encoder, delta, head

    /// The file every module of this kind has beside its weights.
    package var configurationFile: String {
        switch self {
        case .encoder: "model.json"
        case .delta: "delta.json"
        case .head: "head.json"
        }
    }

    /// The directory that holds the modules of this kind; nil for the encoder, which is one.
    package var parentDirectory: String? {
        switch self {
        case .encoder: nil
        case .delta: "deltas"
        case .head: "heads"
        }
    }

    /// The kind of the module at a path inside a model directory, nil for a path that is no module's.
    package init?(path: String) {
        if path == "encoder" {
            self = .encoder
            return
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, ModuleName.isValid(parts[1]),
            let kind = Self.allCases.first(where: { $0.parentDirectory.map { $0 == parts[0] } ?? false })
        else {
            return nil
        }
        self = kind
    }
}

/// The names that module directories and their files may have: what any file system and any tar can hold.
package enum ModuleName {
    package static let lengthLimit = 128

    /// Whether `name` is a letter or digit, then letters, digits, `.`, `_` or `-`.
    package static func isValid(_ name: some StringProtocol) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, bytes.count <= lengthLimit, isAlphanumeric(first) else {
            return false
        }
        return bytes.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
