import Foundation
import Testing

/// `zoo reproduce`: every mode comes out again; what cannot is named.
@Suite(.serialized) struct ReproduceTests {
    private static let pretrain =
        "pretrain --schema schema.yaml --data train.csv --valid valid.csv --recipe recipe.yaml --publish toy:1 -q"

    @Test func everyModeComesOutAgain() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()
        try shop.write("card.md", "# Toy\n")
        let pretrained = try zoo(Self.pretrain + " --seed 5 --card card.md --licence MIT")
        try #require(pretrained.status == 0, "\(pretrained)")
        let again = try zoo("reproduce toy:1 --data train.csv --valid valid.csv -q")
        #expect(again.status == 0, "\(again)")
        #expect(again.output == pretrained.output)
        for mode in ["frozen", "partial", "full", "scratch"] {
            let tuned = try zoo(
                "finetune toy:1 --task again.yaml --data few.csv --mode \(mode) --seed 3 --epochs 2 --publish \(mode):1 -q"
            )
            try #require(tuned.status == 0, "\(tuned)")
            let again = try zoo("reproduce \(mode):1 --data few.csv -q --threads 1")
            #expect(again.status == 0, "\(mode): \(again)")
            #expect(again.output == tuned.output, "\(mode)")
        }
        #expect(try zoo("verify").status == 0)
        #expect(try zoo("list -q").output.split(separator: "\n").count == 5, "nothing was published beside them")
    }

    @Test func otherDataIsRefusedBeforeTraining() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()
        try #require(zoo(Self.pretrain).status == 0)
        try shop.write("changed.csv", shop.read("train.csv") + "u1,i1,c1,5,1,1,3,1,0.5\n")
        let other = try zoo("reproduce toy:1 --data changed.csv --valid valid.csv")
        #expect(other.status == 65)
        #expect(other.isOneLineError && other.errors.contains("changed.csv is not the train data"), "\(other)")
        let missing = try zoo("reproduce toy:1 --data train.csv")
        #expect(missing.status == 64)
        #expect(missing.errors.contains("--valid"))
    }

    @Test func aModelThatClaimsAnotherSeedIsFoundOut() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()
        try #require(zoo(Self.pretrain + " --out made").status == 0)
        let document = shop.directory.appendingPathComponent("made/zoo.json")
        let text = try String(decoding: Data(contentsOf: document), as: UTF8.self)
        let forged = text.replacingOccurrences(of: #""seed":7"#, with: #""seed":8"#)
        try #require(forged != text)
        try Data(forged.utf8).write(to: document)
        try #require(zoo("publish made forged:1").status == 0)
        let outcome = try zoo("reproduce forged:1 --data train.csv --valid valid.csv -q")
        #expect(outcome.status == 65)
        #expect(outcome.isOneLineError && outcome.errors.contains("its weights differ"), "\(outcome)")
        let json = try zoo("reproduce forged:1 --data train.csv --valid valid.csv --format json")
        #expect(json.output.contains(#""reproduced" : false"#))
        #expect(json.output.contains(#""sameWeights" : false"#))
    }
}
