import Foundation
import ModelSamples
import OCI
import Testing
import TestSupport
import ZooRegistry

/// A model's page, with a line of descent, aliases, a yank and a signature.
@Suite struct ModelPageTests {
    let server: ServedStore
    let registry: ModelRegistry
    private let fixture = ModelFixture()

    init() throws {
        server = try ServedStore()
        registry = try ModelRegistry(home: server.root, bundledPath: nil)
        try registry.publish(directory: fixture.makeModel("shop"), as: "shop:1.0.0")
        try publish("head", as: "team/growth/buys-again:1.0.0", on: "shop:1.0.0", head: 3)
        try publish("second", as: "team/growth/buys-again:1.1.0", on: "team/growth/buys-again:1.0.0", head: 4)
    }

    private func publish(_ directory: String, as name: String, on base: String, head: Float) throws {
        let digest = try registry.ownStore().resolve(base).digest
        let path = try fixture.makeModel(
            directory,
            task: "again",
            base: .init(reference: base, digest: "\(digest)"),
            head: head
        )
        try registry.publish(directory: path, as: name)
    }

    private func page(_ path: String) throws -> String {
        let answer = try server.request("GET", path)
        #expect(answer.status == 200, "\(path)")
        return String(decoding: answer.body, as: UTF8.self)
    }

    @Test func theLineIsDrawnBothWays() throws {
        let base = try page("/models/shop")
        let first = try #require(base.range(of: "href=\"/models/team/growth/buys-again?tag=1.0.0\""))
        let second = try #require(base.range(of: "href=\"/models/team/growth/buys-again?tag=1.1.0\""))
        #expect(first.lowerBound < second.lowerBound)
        #expect(base.contains("<span class=\"model here\" aria-current=\"true\">"))
        let last = try page("/models/team/growth/buys-again")
        #expect(last.contains("href=\"/models/shop?tag=1.0.0\""))
        #expect(last.contains("team/<wbr>growth/<wbr>buys-again"))
    }

    @Test func tasksFeaturesAndFactsAreShown() throws {
        let page = try page("/models/shop")
        for part in [
            "<dt>auc</dt><dd>0.9000</dd>", "<td class=\"mono\">user</td>", "4,008", "2 epochs",
            "zoo finetune shop:1.0.0 <span class=\"option\">--task</span>",
            "\(try registry.ownStore().resolve("shop:1.0.0").digest)",
        ] { #expect(page.contains(part), "\(part)") }
    }

    @Test func historyOfNestedNamesHasAliases() throws {
        let store = try registry.ownStore()
        let name = "team/growth/buys-again"
        try registry.setAlias(#require(try Alias("\(name)@prod")), to: registry.resolve("\(name):1.0.0"))
        try registry.setAlias(#require(try Alias("\(name)@prod")), to: registry.resolve("\(name):1.1.0"))
        let digests = try ["1.0.0", "1.1.0"].map { try store.resolve("\(name):\($0)").digest }
        let page = try page("/models/\(name)")
        let history = try #require(page.range(of: "<h2 id=\"history\">")).lowerBound
        let moved = try #require(page.range(of: "<strong>@prod</strong> moved <code>\(digests[0].short)</code>"))
        let set = try #require(page.range(of: "<strong>@prod</strong> set to <code>\(digests[0].short)</code>"))
        #expect(history < moved.lowerBound && moved.lowerBound < set.lowerBound, "the last comes first")
        #expect(page.contains("<strong>1.0.0</strong> set to <code>\(digests[0].short)</code>"))
        #expect(page.contains("<span class=\"chip alias\">@prod</span>"))
        #expect(!page.contains("<strong>shop"), "another repository's moves")
    }

    @Test func yanksAreShownWithWhatTheyConcern() throws {
        try registry.yank(registry.resolve("team/growth/buys-again:1.0.0"), reason: "labels <leaked>")
        let yanked = try page("/models/team/growth/buys-again?tag=1.0.0")
        #expect(yanked.contains("<strong>Yanked.</strong> labels &lt;leaked&gt;"))
        let later = try page("/models/team/growth/buys-again")
        #expect(later.contains("which is yanked.</strong> labels &lt;leaked&gt;"))
        #expect(later.contains("<strong>1.0.0</strong> yanked: labels &lt;leaked&gt;"))
        #expect(try page("/models/shop").contains(" · yanked"))
        #expect(!(try page("/").contains("chip yanked")), "the main version is not yanked")
        try registry.yank(registry.resolve("team/growth/buys-again:1.1.0"), reason: "worse")
        #expect(try page("/").contains("chip yanked"))
        try registry.yank(registry.resolve("team/growth/buys-again:1.1.0"), reason: "", undo: true)
        #expect(try page("/models/team/growth/buys-again").contains("<strong>1.1.0</strong> no longer yanked</span>"))
    }

    @Test func signaturesAreNamedAndNotVouchedFor() throws {
        let key = SigningKey(.ecdsaP256)
        #expect(!(try page("/models/shop").contains("<dt>Signature</dt>")))
        _ = try registry.sign(registry.resolve("shop:1.0.0"), with: key)
        let signed = try page("/models/shop")
        #expect(signed.contains("<dt>Signature</dt><dd>says key \(key.verificationKey.shortIdentifier)"), "\(signed)")
        #expect(signed.contains("zoo verify checks it"))
    }

    @Test func chromiumShowsThePagesOnPhonesAndWithoutScripts() throws {
        let pictures = TemporaryDirectory()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../scripts/screenshots").standardizedFileURL.path
        let paths = ["/", "/?q=none", "/models/shop", "/models/team/growth/buys-again", "/models/none"]
        let output = try Program.run(script, ["http://\(server.host)", pictures.root] + paths)
        #expect(output.split(separator: "\n").count == 5 * paths.count, "\(output)")
        #expect(!output.contains("does not fit"), "\(output)")
        func document(_ name: String) throws -> String { try String(decoding: pictures.read(name), as: UTF8.self) }
        for look in ["wide-light", "phone-dark", "wide-plain"] {
            let hasScripts = look != "wide-plain"
            #expect(try document("list.\(look).html").contains("<html lang=\"en\" class=\"live\">") == hasScripts)
            let page = try document("models-shop.\(look).html")
            #expect(page.contains("<button type=\"button\" class=\"copy\"") == hasScripts)
            #expect(page.contains("href=\"/models/team/growth/buys-again?tag=1.1.0\""))
            #expect(page.contains("<dt>auc</dt><dd>0.9000</dd>"))
        }
    }
}
