import Foundation
import Testing

/// Keys, signatures, words against a model and a policy, as a user types them.
@Suite(.serialized) struct TrustStoryTests {
    let shop: ToyShop
    let zoo: ZooProcess

    init() throws {
        shop = try ToyShop()
        zoo = shop.zoo()
        let commands = [
            "pretrain --schema schema.yaml --data train.csv --valid valid.csv --recipe recipe.yaml --publish toy:1 -q "
                + "--licence Apache-2.0",
            "finetune toy:1 --task again.yaml --data few.csv --mode frozen --publish again:1 -q",
            "keygen release -q", "keygen other -q --type ed25519",
        ]
        for command in commands {
            let outcome = try zoo(command)
            try #require(outcome.status == 0, "\(outcome)")
        }
    }

    /// Runs a command that must succeed.
    @discardableResult
    private func run(_ line: String) throws -> ZooProcess.Outcome {
        let outcome = try zoo(line)
        try #require(outcome.status == 0, "\(line): \(outcome)")
        return outcome
    }

    /// Runs a command that must fail; returns its error.
    private func fail(_ line: String, _ status: Int32 = 65) throws -> String {
        let outcome = try zoo(line)
        #expect(outcome.status == status, "\(line): \(outcome)")
        #expect(outcome.isOneLineError, "\(outcome)")
        return outcome.errors
    }

    @Test func signVerifyPull() throws {
        defer { shop.remove() }
        #expect(try fail("verify again:1 --key release.pub").contains("has no signature"))
        #expect(try run("sign again:1 --key release --out again.sig").output.contains("signed again:1: 9 files"))
        #expect(try run("sign again:1 --key release").output.contains("already"))
        #expect(try run("verify again:1 --key release.pub").output.contains("signed by key"))
        #expect(try fail("verify again:1 --key other.pub").contains("another key"))
        try run("verify again:1 --key other.pub --key release.pub")

        try run("pull again:1 --into out --require-signature --key release.pub")
        try run("verify ./out --signature again.sig --key release.pub")
        try run("verify out --signature again.sig --key release.pub")
        try shop.write("out/card.md", "added")
        #expect(try fail("verify ./out --signature again.sig --key release.pub").contains("card.md not signed"))
        // A name that a directory shares with a model could be taken for the other.
        try run("pull again:1 --into again")
        #expect(try fail("verify again --signature again.sig --key release.pub", 64).contains("say again:1 or ./again"))
        #expect(try fail("sign again --key release --out x.sig", 64).contains("say again:1 or ./again"))
        try run("verify again:1 --signature again.sig --key release.pub")
        try run("verify again --key release.pub")
        #expect(try fail("pull again:1 --into no --require-signature --key other.pub").contains("another key"))
        #expect(!FileManager.default.fileExists(atPath: shop.directory.appendingPathComponent("no").path))
        #expect(try fail("pull again:1 --into no --require-signature", 64).contains("--key"))
        #expect(try fail("sign ./out --key release", 64).contains("--out"))
        #expect(try fail("verify ./out --key release.pub", 64).contains("--signature"))
        #expect(try fail("verify --key release.pub", 64).contains("name it"))
        #expect(try fail("sign again:1 --key release.pub").contains("public key"))
        #expect(try fail("sign again:1 --key nowhere", 66).contains("nowhere"))
        #expect(try fail("keygen release").contains("never overwritten"))
        chmod(shop.directory.appendingPathComponent("release").path, 0o644)
        #expect(try fail("sign again:1 --key release").contains("chmod 600"))

        try run("sign again:1 --key other")
        try run("rm again:1")
        try run("gc")
        #expect(try run("verify").output.hasPrefix("ok: 1 model,"))
    }

    @Test func exportedSignaturesComeAlong() throws {
        defer { shop.remove() }
        try run("sign toy:1 --key other")
        try run("yank toy:1 --reason old")
        try run("export toy:1 toy.tar")
        let elsewhere = shop.zoo(home: "elsewhere")
        let imported = try elsewhere("import toy.tar")
        try #require(imported.status == 0, "\(imported)")
        #expect(try elsewhere("verify toy:1 --key other.pub").status == 0)
        #expect(try elsewhere("pull toy:1 --into there").errors.contains("toy:1 is yanked"))
    }

    @Test func yankedModelsWarnOnStandardErrorAlone() throws {
        defer { shop.remove() }
        let plain = try run("evaluate again:1 --data test.csv --format json")
        #expect(plain.errors.isEmpty)
        let yank = try run("yank toy:1 --reason leaked-labels")
        #expect(yank.output.contains("again:1"))
        let warned = try run("evaluate again:1 --data test.csv --format json")
        #expect(warned.errors.contains("built on toy:1, which is yanked"))
        #expect(warned.errors.contains("leaked-labels"))
        #expect(try run("pull toy:1 --into out").errors.contains("built on it: again:1"))
        let tuned = try run("finetune toy:1 --task again.yaml --data few.csv --publish more:1 --epochs 1")
        #expect(tuned.errors.contains("toy:1 is yanked"))
        #expect(try run("log again:1").output.contains("(yanked: leaked-labels)"))
        try run("yank toy:1 --undo")
        #expect(try run("evaluate again:1 --data test.csv --format json").errors.isEmpty)
        #expect(try fail("yank toy:1", 64).contains("--reason"))
    }

    @Test func anAliasStandsWhereverAModelIsNamed() throws {
        defer { shop.remove() }
        try run("alias again@prod 1")
        let digest = try run("resolve again@prod").output
        for command in [
            "show again@prod -q", "resolve again:1", "resolve again@prod --at 2999-01-01",
        ] {
            #expect(try run(command).output == digest, "\(command)")
        }
        try run("predict again@prod --data test.csv --out scores.csv")
        try run("pull again@prod --into out")
        try run("verify again@prod")
        try run("export again@prod again.tar")
        try run("alias toy@prod toy:1")
        try run("finetune toy@prod --task again.yaml --data few.csv --mode frozen --publish again:1 --move -q")
        #expect(try run("resolve again@prod").output == digest, "the base is named as its tag: the same digest again")
        #expect(try run("alias -q").output == "again@prod\ntoy@prod\n")
        #expect(try fail("resolve again@prod --at 2001-01-01", 66).contains("first set at"))
        #expect(try fail("resolve again@prod --at today", 64).contains("is no time"))
        try run("alias again@prod --remove")
        #expect(try fail("predict again@prod --data test.csv", 66).contains("zoo alias again@prod"))
    }

    @Test func thePolicyIsObeyed() throws {
        defer { shop.remove() }
        try shop.write("home/policy.yaml", "keys: [../release.pub]\nlicences: [Apache-2.0]\n")
        for command in [
            "pull toy:1 --into out", "predict toy:1 --data test.csv", "evaluate toy:1 --data test.csv",
            "finetune toy:1 --task again.yaml --data few.csv --publish more:1", "policy check toy:1",
        ] {
            #expect(try fail(command).contains("toy:1 has no signature"), "\(command)")
        }
        try run("sign toy:1 --key release")
        try run("policy check toy:1")
        try run("pull toy:1 --into out --require-signature")
        try run("sign again:1 --key release")
        #expect(try fail("predict again:1 --data test.csv").contains("names no licence"))
        try shop.write("home/policy.yaml", "keys: [../release.pub]\nlicences: [MIT]\n")
        #expect(try fail("policy check toy:1").contains("is under Apache-2.0"))
        try shop.write("home/policy.yaml", "licences: MIT\n")
        #expect(try fail("pull toy:1 --into out2").contains("policy.yaml:1"))
    }
}
