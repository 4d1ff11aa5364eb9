import ArgumentParser
import OCI
import ZooRegistry

/// `zoo policy`: what this store accepts.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Show what your store accepts, and check models against it.",
        discussion: """
            Example: a policy.yaml in $ZOO_HOME; a list that is absent accepts everything.
              keys: [release.pub]                 # paths; one of them must have signed
              licences: [Apache-2.0, CC-BY-4.0]   # of the model and of all its bases
              registries: [local, bundled, registry.example.com]

              zoo policy check shop-mmoe:1.0.0

            zoo pull, finetune, evaluate and predict refuse what the policy does not
            accept.
            """,
        subcommands: [PolicyShow.self, PolicyCheck.self]
    )
}

/// `zoo policy show`.
struct PolicyShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the policy in force.",
        discussion: """
            Example:
              zoo policy show
            """
    )

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let home = try store.homePath
        let policy = try Policy.read(home: home)
        if output.format == .json {
            return try Output.json(PolicyDocument(policy))
        }
        guard let policy else {
            return try Output.line(TerminalText.escape("no \(home)/\(Policy.fileName): everything is accepted"))
        }
        if output.quiet { return }
        try Output.line(TerminalText.escape(policy.path))
        try rule("keys", policy.keys?.map { "\($0.shortIdentifier) (\($0.algorithm.rawValue))" })
        try rule("licences", policy.licences)
        try rule("registries", policy.registries)
    }

    private func rule(_ name: String, _ values: [String]?) throws {
        let text = values.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") } ?? "any"
        try Output.line(TerminalText.escape("  \(name)\(String(repeating: " ", count: 12 - name.count))\(text)"))
    }
}

/// `zoo policy check`.
struct PolicyCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say whether the policy accepts a model; exits with 65 if not.",
        discussion: """
            Example:
              zoo policy check shop-mmoe:1.0.0
            """
    )

    @OptionGroup var model: ReferenceArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let registry = try store.registry()
        let entry = try registry.resolve(model.reference)
        let name = entry.reference ?? model.reference
        let policy = try Policy.read(home: registry.home)
        if let policy { try registry.check(entry, against: policy, name: name) }
        if output.format == .json {
            try Output.json(
                PolicyCheckDocument(
                    reference: entry.reference,
                    digest: entry.descriptor.digest.description,
                    policy: policy?.path,
                    accepted: true
                )
            )
        } else if !output.quiet {
            let by = policy.map { " by \($0.path)" } ?? ": there is no policy"
            try Output.line(TerminalText.escape("\(name) is accepted\(by)"))
        }
    }
}

private struct PolicyDocument: Encodable {
    let path: String?
    let keys: [String]?
    let licences: [String]?
    let registries: [String]?

    init(_ policy: Policy?) {
        path = policy?.path
        keys = policy?.keys?.map(\.identifier)
        licences = policy?.licences
        registries = policy?.registries
    }
}

private struct PolicyCheckDocument: Encodable {
    let reference: String?
    let digest: String
    let policy: String?
    let accepted: Bool
}
