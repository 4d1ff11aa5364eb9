import Fuzzing

@testable import OCIServer

/// Files of users, tokens and rights, which the first byte picks.
@main struct Main {
    static func main() {
        let file = InputFile()
        Fuzzing.run { input in
            guard let kind = input.first else { return }
            file.write(input.dropFirst())
            switch kind & 3 {
            case 0:
                let users = try PasswordFile(file.path)
                _ = users.hash(of: "alice")
            case 1:
                let tokens = try TokenFile(file.path)
                _ = tokens.caller(presenting: "3f9a0c1b5d7e2a48")
            case 2:
                let access = try AccessFile(file.path)
                for (pattern, bytes) in access.quotas {
                    precondition(bytes >= 0)
                    precondition(RepositoryPattern(pattern.description) == pattern)
                    _ = pattern.matches("team/shop/mmoe")
                }
            default:
                let text = String(decoding: input.dropFirst().prefix(4096), as: UTF8.self)
                let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
                let pattern = RepositoryPattern(String(parts[0]))
                if !parts[0].utf8.contains(UInt8(ascii: "*")) { precondition(pattern.matches(String(parts[0]))) }
                if parts.count > 1 { _ = pattern.matches(String(parts[1].prefix(256))) }
            }
        }
    }
}
