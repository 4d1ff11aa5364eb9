import Foundation
import Testing

/// Where rows come from and where scores go.
struct PredictTests {
    /// A shop with a model `a:1`.
    private static func withModel(_ body: (ToyShop, ZooProcess) throws -> Void) throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()
        try zoo("pretrain --schema schema.yaml --data train.csv --recipe recipe.yaml --publish a:1 --epochs 1").check()
        try zoo("predict a:1 --data test.csv --out scores.csv").check()
        try body(shop, zoo)
    }

    @Test func aLinkIsFollowedAndAPipeWrittenInto() throws {
        try Self.withModel { shop, zoo in
            let path = shop.directory.path
            try FileManager.default.createSymbolicLink(atPath: "\(path)/link.csv", withDestinationPath: "real.csv")
            try shop.write("real.csv", "before\n")
            try zoo("predict a:1 --data test.csv --out link.csv").check()
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(path)/link.csv") == "real.csv")
            #expect(try shop.read("real.csv") == shop.read("scores.csv"))
            try #require(mkfifo("\(path)/pipe", 0o600) == 0)
            let reader = Process()
            reader.executableURL = URL(fileURLWithPath: "/bin/cat")
            reader.arguments = ["\(path)/pipe"]
            let received = Pipe()
            reader.standardOutput = received
            try reader.run()
            try zoo("predict a:1 --data test.csv --out pipe").check()
            #expect(
                try String(decoding: received.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                    == shop.read("scores.csv")
            )
            reader.waitUntilExit()
        }
    }

    @Test func theRowsAreNotOverwritten() throws {
        try Self.withModel { shop, zoo in
            let rows = try shop.read("test.csv")
            let same = try zoo("predict a:1 --data test.csv --out ./test.csv")
            #expect(same.status == 64 && same.isOneLineError, "\(same)")
            let directory = try zoo("predict a:1 --data test.csv --out home")
            #expect(directory.status == 64 && directory.isOneLineError, "\(directory)")
            #expect(try shop.read("test.csv") == rows)
        }
    }

    /// A job that finds nothing to score has nothing to report, and no fault.
    @Test func noRowsGiveNoScores() throws {
        try Self.withModel { shop, zoo in
            func firstLine(_ file: String) throws -> String {
                try shop.read(file).components(separatedBy: "\n")[0] + "\n"
            }
            let header = try firstLine("scores.csv")
            try shop.write("none.csv", firstLine("test.csv"))
            // The second time from the cache.
            for _ in 0..<2 {
                let scored = try zoo("predict a:1 --data none.csv")
                #expect(scored.status == 0 && scored.output == header, "\(scored)")
                #expect(scored.errors.hasPrefix("0 rows scored"), "\(scored)")
            }
            try shop.write("other.csv", "user,item\n")
            let other = try zoo("predict a:1 --data other.csv")
            #expect(other.status == 65 && other.errors.contains("there is no column"), "\(other)")
            let measured = try zoo("evaluate a:1 --data none.csv")
            #expect(measured.status == 65 && measured.errors.contains("a header and no rows"), "\(measured)")
        }
    }

    @Test func directoriesAboveAModelsAreMade() throws {
        try Self.withModel { shop, zoo in
            let train = "finetune a:1 --task again.yaml --data few.csv --epochs 1 --out runs/today/b"
            try zoo(train).check()
            try zoo("predict runs/today/b --data test.csv --out b.csv").check()
            try zoo("pull a:1 --into pulled/today/a").check()
            #expect(try shop.read("pulled/today/a/zoo.json").contains("click"))
            try zoo("data simulate --out simulated/today --users 50 --items 20 --events 500").check()
            try shop.write("file", "")
            let taken = try zoo("\(train.replacingOccurrences(of: "runs/today", with: "file/today"))")
            #expect(taken.status == 74 && taken.isOneLineError, "\(taken)")
        }
    }

    @Test func standardInputIsReadAndNamed() throws {
        try Self.withModel { shop, zoo in
            let rows = try shop.read("test.csv")
            let piped = try zoo.run(["predict", "a:1", "--data", "-", "-q"], input: Data(rows.utf8))
            #expect(try piped.output == shop.read("scores.csv"), "\(piped.errors)")
            let measured = try zoo.run(["evaluate", "a:1", "--data", "-"], input: Data(rows.utf8))
            #expect(measured.status == 0 && measured.output.hasPrefix("METRIC"), "\(measured)")
            // Training on a pipe is training on its file, but for the file's name.
            for (name, command) in [
                ("train.csv", "pretrain --schema schema.yaml --recipe recipe.yaml --epochs 1"),
                ("few.csv", "finetune a:1 --task again.yaml --epochs 1"),
            ] {
                let words = command.split(separator: " ").map(String.init)
                let input = Data(try shop.read(name).utf8)
                try zoo.run(words + ["--data", name, "--out", "from-\(name)"]).check()
                try zoo.run(words + ["--data", "-", "--out", "piped-\(name)"], input: input).check()
                let bytes = try ["from", "piped"].map {
                    try Data(
                        contentsOf: shop.directory.appendingPathComponent("\($0)-\(name)/encoder/weights.safetensors")
                    )
                }
                #expect(bytes[0] == bytes[1])
                #expect(try shop.read("piped-\(name)/zoo.json").contains("\"stdin\""))
            }
            for command in ["predict", "evaluate"] {
                let empty = try zoo.run([command, "a:1", "--data", "-"], input: Data())
                #expect(empty.status == 65 && empty.isOneLineError, "\(empty)")
                #expect(empty.errors.hasPrefix("zoo: error: standard input: the file is empty"), "\(empty)")
            }
        }
    }
}
