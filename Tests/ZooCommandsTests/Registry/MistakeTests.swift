import Foundation
import ModelSamples
import Testing

/// What the registry's commands say to mistakes: one line, and the exit status that fits.
struct MistakeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let command: String
        let status: Int32
        let says: [String]

        var testDescription: String { command }

        init(_ command: String, _ status: Int32, _ says: String...) {
            self.command = command
            self.status = status
            self.says = says
        }
    }

    static let cases = [
        Case("frobnicate", 64, "no command 'zoo frobnicate'"), Case("lst", 64, "did you mean 'list'?"),
        Case("data simulat", 64, "did you mean 'simulate'?"), Case("help nothing", 64, "no command 'zoo nothing'"),
        Case("help data sow", 64, "no command 'zoo data sow'"), Case("list --frob", 64, "--frob"),
        Case("show", 64, "<ref>"),
        Case("list --kind shop", 64, "encoder, head or delta"),
        Case("list --format xml", 64, "xml"),
        Case("show Shop:1", 64, "lower-case"), Case("show shop@sha256:12", 64, "64 hexadecimal digits"),
        Case("show shop:1:2", 64, "tag"), Case("show localhost:5000/shop:1 --offline", 66, "localhost:5000"),
        Case("show nobody", 66, "nobody", "zoo list"), Case("show shpo", 66, "did you mean shop?"),
        Case("show shop:9", 66, "there is shop:1"),
        Case("show sha256:\(String(repeating: "0", count: 64))", 66, "no model with digest"),
        Case("pull nobody:1", 66, "nobody:1"), Case("pull shop:1 --into shop", 65, "shop", "empty"),
        Case("pull shop:1 --into .", 64, "directory"), Case("pull shop:1 --into shop/zoo.json/a", 74, "shop/zoo.json"),
        Case("publish gone a:1", 66, "gone"), Case("publish shop again:1", 65, "again:1", "--move"),
        Case("publish shop A:1", 64, "lower-case"), Case("publish shop ghcr.io/a/b:1", 64, "your own store"),
        Case("publish shop/encoder a:1", 65, "shop/encoder"),
        Case("publish shop a:1 --home /proc/nowhere", 74, "/proc/nowhere"),
        Case("publish shop a:1 --home shop/zoo.json/x", 74, "shop/zoo.json"),
        Case("tag nobody:1 a:1", 66, "nobody:1"), Case("tag shop:1 again:1", 65, "again:1", "--move"),
        Case("tag shop:1 a:b:c", 64, "tag"),
        Case("tag shop:1 a:1@sha256:\(String(repeating: "0", count: 64))", 64, "digest"),
        Case("rm nobody:1", 66, "nobody:1"), Case("rm shop:1", 65, "again:1", "--force"),
        Case("verify nobody:1", 66, "nobody:1"), Case("diff shop:1 nobody:1", 66, "nobody:1"),
        Case("evaluate localhost:5000/shop:1 --data d.csv", 64, "zoo pull localhost:5000/shop:1"),
        Case("tag localhost:5000/shop:1 a:1", 64, "zoo pull localhost:5000/shop:1"),
        Case("export nobody:1 x.tar", 66, "nobody:1"), Case("export shop:1 no/where.tar", 66, "no"),
        Case("export shop:1 -", 64, "'-'", "FILE.tar"), Case("export shop:1 x.tar.gz", 64, "x.tar.gz", "FILE.tar.zst"),
        Case("list --home shop/zoo.json", 66, "no store at", "shop/zoo.json"),
        Case("verify --home shop/zoo.json", 66, "no store at", "shop/zoo.json"),
        Case("export shop:1 shop/zoo.json", 65, "exists", "--force"),
        Case("import gone.tar", 66, "gone.tar"), Case("import shop/zoo.json", 65, "shop/zoo.json"),
        Case("import shop/encoder", 65, "shop/encoder", "directory"),
    ]

    /// A store that no case changes.
    private static let store: Result<ToyStore, any Error> = Result {
        let store = ToyStore()
        try store.publishPair()
        return store
    }

    @Test(arguments: cases)
    func aMistakeGetsOneLine(_ mistake: Case) throws {
        let outcome = try Self.store.get().zoo()(mistake.command)
        #expect(outcome.status == mistake.status, "\(outcome)")
        #expect(outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.isOneLineError, "\(outcome)")
        for part in mistake.says { #expect(outcome.errors.contains(part), "\(outcome)") }
    }

    @Test func anEmptyStoreIsNoMistake() throws {
        let store = ToyStore()
        defer { withExtendedLifetime(store) {} }
        let zoo = store.zoo()
        for command in ["list", "list --format json", "verify", "gc", "gc --dry-run --format json"] {
            let outcome = try zoo(command)
            #expect(outcome.status == 0, "\(outcome)")
        }
        #expect(!FileManager.default.fileExists(atPath: zoo.directory.appendingPathComponent("home").path))
    }

    @Test func aStoreThatIsNoneIsNamed() throws {
        let store = ToyStore()
        try store.publishPair()
        for name in ["index.json", ".zoo/index"] {
            try FileManager.default.removeItem(atPath: "\(store.models.root)/home/\(name)")
        }
        let outcome = try store.zoo()("list")
        #expect(outcome.status == 66, "\(outcome)")
        #expect(outcome.errors.contains("index.json"), "\(outcome)")
        try store.models.write("{}", to: "home/oci-layout")
        #expect(try store.zoo()("list").status == 65)
    }
}
