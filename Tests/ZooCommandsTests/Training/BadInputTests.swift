import Foundation
import Testing

/// One clear line and the right exit code for what users get wrong.
struct BadInputTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        /// Replacements of the shop's files, made before the command runs.
        var files: [String: String] = [:]
        let command: String
        let status: Int32
        /// What the line must say: where it is and what is wrong.
        let says: [String]

        var testDescription: String { name }
    }

    private static let pretrain = "pretrain --schema schema.yaml --data train.csv --recipe recipe.yaml --publish a:1"
    private static let header = "user,item,category,price,hour,click,stars,again,p_click\n"
    private static let row = "u1,i1,c1,9.5,3,1,4,0,0.5\n"
    private static let otherRow = "u2,i2,c2,1.5,4,0,2,1,0.4\n"

    static let cases: [Case] = [
        Case(name: "no command line", command: "pretrain", status: 64, says: ["--schema"]),
        Case(
            name: "nowhere to put the model",
            command: "pretrain --schema schema.yaml --data train.csv --recipe recipe.yaml",
            status: 64,
            says: ["--publish", "--out"]
        ),
        Case(name: "a bad name", command: pretrain.replacing(" a:1", with: " A/:1"), status: 64, says: ["A/:1"]),
        Case(name: "zero epochs", command: pretrain + " --epochs 0", status: 64, says: ["--epochs"]),
        Case(name: "a negative rate", command: pretrain + " --lr=-1", status: 64, says: ["--lr"]),
        Case(
            name: "a rate that no recipe takes",
            command: pretrain + " --lr 1e-45",
            status: 64,
            says: ["--lr", "1e-09"]
        ),
        Case(
            name: "a seed that no recipe takes",
            command: pretrain + " --seed 18446744073709551615",
            status: 64,
            says: ["--seed", "9223372036854775807"]
        ),
        Case(name: "an option of another mode", command: finetune("toy --thaw x"), status: 64, says: ["--thaw"]),
        Case(
            name: "out exists",
            files: ["there/file": ""],
            command: pretrain + " --out there",
            status: 64,
            says: ["'there' exists"]
        ),
        Case(
            name: "no schema",
            command: pretrain.replacing("schema.yaml", with: "gone.yaml"),
            status: 66,
            says: ["gone.yaml"]
        ),
        Case(
            name: "no data",
            command: pretrain.replacing("train.csv", with: "gone.csv"),
            status: 66,
            says: ["gone.csv"]
        ),
        Case(
            name: "no recipe",
            command: pretrain.replacing("recipe.yaml", with: "gone.yaml"),
            status: 66,
            says: ["gone.yaml"]
        ),
        Case(name: "no card", command: pretrain + " --card gone.md", status: 66, says: ["gone.md"]),
        Case(name: "nothing to resume", command: pretrain + " --resume", status: 66, says: ["resume"]),
        Case(name: "no such model", command: "evaluate nobody:1 --data test.csv", status: 66, says: ["nobody:1"]),
        Case(name: "no such base", command: finetune("nobody:1"), status: 66, says: ["nobody:1"]),
        Case(
            name: "a misspelt key of the recipe",
            files: ["recipe.yaml": "epoch: 3\nencoder: {type: mmoe}\n"],
            command: pretrain,
            status: 65,
            says: ["recipe.yaml:1", "epoch"]
        ),
        Case(
            name: "an unknown encoder",
            files: ["recipe.yaml": "epochs: 3\nencoder: {type: mmo}\n"],
            command: pretrain,
            status: 65,
            says: ["recipe.yaml:2", "mmo"]
        ),
        Case(
            name: "a head for a task that is not there",
            files: ["recipe.yaml": "epochs: 3\nheads: {tasks: {clik: {layers: [2]}}}\n"],
            command: pretrain,
            status: 65,
            says: ["recipe.yaml:2:17", "did you mean 'click'?"]
        ),
        Case(
            name: "a weight for a task that is not there",
            files: ["recipe.yaml": "epochs: 3\ntask_weights: {star: 2}\n"],
            command: pretrain,
            status: 65,
            says: ["recipe.yaml:2:16", "did you mean 'stars'?"]
        ),
        Case(
            name: "momentum where nothing has any",
            files: ["recipe.yaml": "epochs: 3\noptimiser: {type: adam, momentum: 0.5}\n"],
            command: pretrain,
            status: 65,
            says: ["recipe.yaml:2:35", "type: sgd"]
        ),
        Case(
            name: "a model larger than the machine",
            files: [
                "recipe.yaml": "epochs: 3\nencoder: {type: mmoe, experts: 256, layers: [16384, 16384, 16384, 16384]}\n"
            ],
            command: pretrain,
            status: 65,
            says: ["GB of memory"]
        ),
        Case(
            name: "an embedding larger than the machine",
            files: [
                "schema.yaml": "features: [{name: user, kind: categorical, hash_buckets: 536870912, dim: 4096}]\n"
                    + "tasks: [{name: click, kind: binary}]\n"
            ],
            command: pretrain,
            status: 65,
            says: ["hash_buckets", "GB of memory"]
        ),
        Case(
            name: "a schema without tasks",
            files: ["schema.yaml": "features: [{name: user, kind: categorical}]\n"],
            command: pretrain,
            status: 65,
            says: ["schema.yaml", "tasks"]
        ),
        Case(
            name: "a byte of value 0",
            files: ["train.csv": header + row + otherRow + "u\u{0}1,i1,c1,9.5,3,1,4,0,0.5\n"],
            command: pretrain,
            status: 65,
            says: ["train.csv:4", "value 0"]
        ),
        Case(
            name: "a schema that names a missing column",
            files: ["train.csv": "user,item,category,price,hour,click\nu1,i1,c1,1,2,1\n"],
            command: pretrain,
            status: 65,
            says: ["train.csv", "stars"]
        ),
        Case(
            name: "a column twice",
            files: ["train.csv": "user,user,item,category,price,hour,click,stars,again,p_click\n"],
            command: pretrain,
            status: 65,
            says: ["train.csv", "user"]
        ),
        Case(
            name: "a label outside the classes",
            files: ["train.csv": header + row + otherRow + "u1,i1,c1,9.5,3,perhaps,4,0,0.5\n"],
            command: pretrain,
            status: 65,
            says: ["train.csv", "4", "click", "perhaps"]
        ),
        Case(
            name: "one class only",
            files: ["train.csv": header + row + row],
            command: pretrain,
            status: 65,
            says: ["click", "class"]
        ),
        Case(
            name: "a number that is not finite",
            files: ["train.csv": header + row + otherRow + "u1,i1,c1,inf,3,1,4,0,0.5\n"],
            command: pretrain,
            status: 65,
            says: ["train.csv", "4", "price"]
        ),
        Case(
            name: "a row too short",
            files: ["train.csv": header + row + "u1,i1\n" + otherRow],
            command: pretrain,
            status: 65,
            says: ["train.csv", "3"]
        ),
        Case(name: "no rows", files: ["train.csv": header], command: pretrain, status: 65, says: ["train.csv"]),
        Case(name: "an empty file", files: ["train.csv": ""], command: pretrain, status: 65, says: ["train.csv"]),
        Case(
            name: "a place that cannot be written",
            command: pretrain + " --home /proc/nowhere",
            status: 74,
            says: ["/proc/nowhere"]
        ),
    ]

    private static func finetune(_ rest: String) -> String {
        "finetune --task again.yaml --data few.csv --publish b:1 \(rest)"
    }

    @Test(arguments: cases)
    func aMistakeGetsOneLine(_ mistake: Case) throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        for (name, text) in mistake.files {
            let url = shop.directory.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try shop.write(name, text)
        }
        let outcome = try shop.zoo()(mistake.command)
        #expect(outcome.status == mistake.status, "\(outcome)")
        #expect(outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.errors.split(separator: "\n").last?.hasPrefix("zoo: error: ") == true, "\(outcome)")
        for part in mistake.says {
            #expect(outcome.errors.contains(part), "\(outcome)")
        }
    }

    @Test func badRowsAreSkippedAndCountedWhenAllowed() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        try shop.write("train.csv", try shop.read("train.csv") + "u1,i1\nu1,i1,c1,dear,3,1,4,0,0.5\n")
        let refused = try shop.zoo()(Self.pretrain)
        #expect(refused.status == 65, "\(refused)")
        let few = try shop.zoo()(Self.pretrain + " --epochs 1 --max-bad-rows 1")
        #expect(few.status == 65, "\(few)")
        let enough = try shop.zoo()(Self.pretrain + " --epochs 1 --max-bad-rows 2")
        #expect(enough.status == 0, "\(enough)")
        #expect(enough.errors.contains("skipped 2 bad rows, the first: train.csv:"), "\(enough)")
    }

    @Test func badLabelsAreSkippedAndCountedWhenAllowed() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        try shop.write("train.csv", try shop.read("train.csv") + "u1,i1,c1,9.5,3,perhaps,4,0,0.5\n")
        let outcome = try shop.zoo()(Self.pretrain + " --epochs 1 --max-bad-rows 1")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.contains("skipped 1 bad row: train.csv:"), "\(outcome)")
        #expect(outcome.errors.contains("'perhaps' is no label of task 'click'"), "\(outcome)")
    }

    @Test func predictionsSayTheirLinesWhereRowsWereSkipped() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()
        try #require(try zoo(Self.pretrain + " --epochs 1").status == 0)
        try shop.write("rows.csv", Self.header + Self.row + "u1,i1\n" + Self.otherRow)
        let outcome = try zoo("predict a:1 --data rows.csv --out scores.csv --max-bad-rows 1")
        #expect(outcome.status == 0, "\(outcome)")
        let lines = try shop.read("scores.csv").split(separator: "\n").map { $0.prefix { $0 != "," } }
        #expect(lines == ["line", "2", "4"])
    }

    @Test func aRecipeNeedsNoEncoderAndARunNoValidation() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()
        try shop.write("recipe.yaml", "epochs: 1\n")
        let outcome = try zoo(Self.pretrain)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("no metrics: no rows were held out; give --valid"), "\(outcome)")
        let shown = try zoo.json("show a:1")
        let document = try #require(shown["document"] as? [String: Any])
        let training = try #require(document["training"] as? [String: Any])
        let recipe = try #require(training["recipe"] as? [String: Any])
        #expect((recipe["encoder"] as? [String: Any])?["type"] as? String == "mmoe")
    }

    @Test func aTruncatedFileIsNamed() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
        gzip.arguments = ["-k", shop.directory.appendingPathComponent("train.csv").path]
        try gzip.run()
        gzip.waitUntilExit()
        let path = shop.directory.appendingPathComponent("train.csv.gz")
        let whole = try Data(contentsOf: path)
        try whole.prefix(whole.count / 2).write(to: path)
        let outcome = try shop.zoo()(Self.pretrain.replacing("train.csv", with: "train.csv.gz"))
        #expect(outcome.status == 65, "\(outcome)")
        #expect(outcome.errors.contains("train.csv.gz"), "\(outcome)")
        #expect(outcome.errors.contains("truncated"), "\(outcome)")
    }

    @Test func aTagMovesOnlyWhenAsked() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()
        try zoo(Self.pretrain + " --epochs 1").check()
        let refused = try zoo(Self.pretrain + " --epochs 1 --seed 2")
        #expect(refused.status == 65, "\(refused)")
        #expect(refused.isOneLineError, "before anything is read: \(refused)")
        #expect(refused.errors.contains("--move"), "\(refused)")
        let first = try StoreFiles(shop.directory.appendingPathComponent("home"), "a:1").digest
        let moved = try zoo(Self.pretrain + " --epochs 1 --seed 2 --move")
        #expect(moved.status == 0, "\(moved)")
        #expect(moved.output.contains("the tag pointed to \(first) before"), "\(moved)")
        #expect(try StoreFiles(shop.directory.appendingPathComponent("home"), "a:1").digest != first)
        let tuned = try zoo(Self.finetune("a:1").replacing("b:1", with: "a:1"))
        #expect(tuned.status == 65, "\(tuned)")
        #expect(tuned.isOneLineError, "\(tuned)")
    }

    @Test func aDirectoryIsWrittenWholeAndOnlyOnce() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()
        try zoo(Self.pretrain.replacing("--publish a:1", with: "--out run/") + " --epochs 1").check()
        let files = try FileManager.default.contentsOfDirectory(atPath: shop.directory.path)
        #expect(files.contains("run") && !files.contains { $0.contains("partial") })
        let again = try zoo(Self.pretrain.replacing("--publish a:1", with: "--out run") + " --epochs 1")
        #expect(again.status == 64 && again.isOneLineError, "\(again)")
        let nowhere = try zoo(Self.pretrain.replacing("--publish a:1", with: "--out train.csv/where") + " --epochs 1")
        #expect(nowhere.status == 74 && nowhere.isOneLineError, "\(nowhere)")
        try zoo("publish run a:1").check()
        try zoo("evaluate run --data test.csv -q").check()
        let unknown = try zoo("evaluate a:1 --data test.csv --task nothing")
        #expect(unknown.status == 66, "\(unknown)")
        #expect(unknown.errors.contains("a:1 has no head") && !unknown.errors.contains("/tmp/run-"), "\(unknown)")
    }

    @Test func aMovedBaseIsRefused() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()
        try #require(try zoo(Self.pretrain + " --epochs 1").status == 0)
        let other = "sha256:" + String(repeating: "0", count: 64)
        let outcome = try zoo(Self.finetune("a:1@\(other)"))
        #expect([65, 66].contains(outcome.status), "\(outcome)")
        #expect(outcome.errors.contains(other), "\(outcome)")
    }
}
