import Foundation
import RegistryPeer
import Testing

/// `docs/cli-json.md` and what the commands print.
struct DocumentationTests {
    private static let page: [Substring: Set<String>] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/cli-json.md")
        let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
        var rows: [Substring: Set<String>] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `zoo ") {
            let words = line.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
            rows[words[0].dropFirst("zoo ".count)] = Set(words.dropFirst().map(String.init))
        }
        return rows
    }()

    /// Members whose keys are names of the user's or of other documents.
    private static let open: Set<String> = ["document", "metrics", "undefined", "learningRates"]

    private func keys(_ value: Any) -> Set<String> {
        switch value {
        case let members as [String: Any]:
            members.reduce(into: []) { keys, member in
                keys.insert(member.key)
                // Lists by module.
                if member.key == "tensors", let lists = member.value as? [String: Any] {
                    return keys.formUnion(self.keys(Array(lists.values)))
                }
                if !Self.open.contains(member.key) || member.value is [Any] { keys.formUnion(self.keys(member.value)) }
            }
        case let elements as [Any]: elements.reduce(into: []) { $0.formUnion(keys($1)) }
        default: []
        }
    }

    private typealias Run = (_ line: String, _ name: String?, _ home: String) throws -> Void

    /// Keys, signatures, aliases, yanks, policy.
    private func signAndName(_ shop: ToyShop, _ run: Run) throws {
        for line in [
            "keygen release", "sign again:1 --key release --out again.sig", "verify again:1 --key release.pub",
            "publish licensed licensed:1", "sign licensed:1 --key release",
            "pull again:1 --into signed", "verify ./signed --key release.pub --signature again.sig",
            "alias again@prod 1", "alias again@prod 2", "alias", "alias again@prod --remove", "alias again@prod 1",
            "resolve again@prod", "resolve again@prod --at 2099-01-01", "yank toy:1 --reason leaked", "log again:1",
            "log toy:1", "show toy:1", "search toy",
            "reproduce toy:1 --data train.csv --valid valid.csv",
        ] {
            try run(line, nil, "home")
        }
        let policy = "keys: [../release.pub]\nlicences: [MIT]\nregistries: [local]\n"
        try shop.write("home/policy.yaml", policy)
        try run("policy show", "policy show", "home")
        try run("policy check licensed:1", "policy check", "home")
        try FileManager.default.removeItem(at: shop.directory.appendingPathComponent("home/policy.yaml"))
    }

    /// A registry: push, search, pull.
    private func reachRegistry(_ shop: ToyShop, _ run: Run) throws {
        let place = shop.directory.appendingPathComponent("registry").path
        let registry = try DockerRegistry(directory: place)
        for line in [
            "push toy:1 HOST", "push again:1 HOST", "list --remote HOST", "search toy --remote HOST",
            "show HOST/again:1 --tensors", "diff again:1 HOST/again:1",
        ] {
            try run(line.replacing("HOST", with: registry.host), nil, "home")
        }
        try run("pull \(registry.host)/again:1", nil, "other")
        try run("rm \(registry.host)/again:1", nil, "home")
    }

    @Test func everyKeyIsDocumentedAndEveryDocumentedKeyIsPrinted() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        try shop.write("card.md", "# Toy\n")
        var printed: [String: Set<String>] = [:]
        func run(_ line: String, as name: String? = nil, home: String = "home") throws {
            let words = line.split(separator: " ").map(String.init)
            let outcome = try shop.zoo(home: home).run(words + ["--format", "json"])
            let name = name ?? words[0]
            try #require(!outcome.output.isEmpty, "\(outcome)")
            printed[name, default: []].formUnion(
                keys(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)))
            )
        }
        let training =
            "--schema schema.yaml --data train.csv --valid valid.csv --recipe recipe.yaml --epochs 1 --card card.md"
        try run("pretrain \(training) --publish toy:1 --out toy")
        try run("finetune toy:1 --task again.yaml --data few.csv --epochs 1 --publish again:1 --out again")
        try run("finetune toy:1 --task again.yaml --data few.csv --epochs 1 --seed 2 --publish again:2")
        try run("finetune toy:1 --task again.yaml --data few.csv --valid few.csv --epochs 1 --publish again:3")
        try run("pretrain \(training) --licence MIT --out licensed")
        try run("evaluate toy:1 --data test.csv")
        try run("data inspect train.csv", as: "data inspect")
        try run("data simulate --out shop --users 20 --items 20 --events 500", as: "data simulate")
        try run("publish toy toy:2")
        try run("publish again toy:2 --move")
        try run("tag toy:1 other:1")
        try run("tag again:1 other:1 --move")
        try run("list")
        try run("show again:1")
        try run("show toy:1")
        try run("diff again:1 again:2")
        try run("export again:1 again.tar")
        try run("import again.tar", home: "elsewhere")
        try run("verify", home: "elsewhere")
        let bundled = ZooProcess(
            directory: shop.directory,
            environment: [
                "ZOO_HOME": shop.directory.appendingPathComponent("mine").path,
                "ZOO_BUNDLED": shop.directory.appendingPathComponent("home").path,
            ]
        )
        let pulled = try bundled("pull again:1 --format json")
        printed["pull"] = keys(try JSONSerialization.jsonObject(with: Data(pulled.output.utf8)))
        try run("pull again:1 --into out")
        try FileManager.default.removeItem(at: shop.directory.appendingPathComponent("mine"))
        let published = try bundled("publish again again:4 --format json")
        printed["publish"]?.formUnion(keys(try JSONSerialization.jsonObject(with: Data(published.output.utf8))))
        let head = try StoreFiles(shop.directory.appendingPathComponent("home"), "again:1").weights.last ?? ""
        let blob = shop.directory.appendingPathComponent("home/blobs/" + head.replacing(":", with: "/"))
        let content = try Data(contentsOf: blob)
        try Data("x".utf8).write(to: blob)
        try run("verify")
        try content.write(to: blob)
        try signAndName(shop) { try run($0, as: $1, home: $2) }
        try reachRegistry(shop) { try run($0, as: $1, home: $2) }
        try run("rm toy:1 --force")
        try run("rm again:2 other:1 again:1 again:3 toy:2 --force")
        try run("gc")

        // A login needs a password, which RemoteCommandTests give.
        #expect(Set(Self.page.keys.map(String.init)).subtracting(["login", "logout"]) == Set(printed.keys))
        for (command, keys) in printed.sorted(by: { $0.key < $1.key }) {
            let documented = Self.page[Substring(command)] ?? []
            #expect(keys.subtracting(documented).isEmpty, "\(command) prints keys that the page lacks")
            #expect(documented.subtracting(keys).isEmpty, "\(command) does not print keys that the page has")
        }
    }
}
