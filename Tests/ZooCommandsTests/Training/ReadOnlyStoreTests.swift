import Foundation
import TestSupport
import Testing

/// A store that many read and few write.
struct ReadOnlyStoreTests {
    @Test(.enabled(if: SmallDisk.mayMount))
    func modelsAreReadAndTunedWhereTheyCannotBePublished() throws {
        let shop = try ToyShop()
        defer { shop.remove() }
        let zoo = shop.zoo()
        try zoo("pretrain --schema schema.yaml --data train.csv --recipe recipe.yaml --publish a:1 --epochs 1").check()
        let script = """
            cd "$1" && mount --bind home home && mount -o remount,bind,ro home && export ZOO_HOME=home || exit 99
            "$0" predict a:1 --data test.csv --out scores.csv -q || exit 1
            "$0" finetune a:1 --task again.yaml --data few.csv --epochs 1 --out tuned -q || exit 2
            "$0" pretrain --schema schema.yaml --data train.csv --epochs 1 --out trained -q || exit 3
            ! "$0" finetune a:1 --task again.yaml --data few.csv --epochs 1 --publish b:1 -q 2>refused || exit 4
            cat refused
            """
        let arguments = ["-rm", "bash", "-c", script, ZooProcess.executable.path, shop.directory.path]
        let output = try Program.run("unshare", arguments)
        #expect(output.contains("Read-only file system"), "\(output)")
        #expect(try shop.read("tuned/zoo.json").contains("again") && shop.read("trained/zoo.json").contains("click"))
    }
}
