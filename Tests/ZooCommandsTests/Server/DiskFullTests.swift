import Foundation
import ModelSamples
import RegistryPeer
import Testing

/// A disk that is full ends in one clear line, spoils nothing, and is all right again once there is room.
@Suite(.serialized) struct DiskFullTests {
    let store = ToyStore()
    let disk = SmallDisk()

    init() throws {
        // Half as much again as fits.
        try store.models.makeLargeModel("large", count: SmallDisk.megabytes * (1 << 20) * 3 / 2 / 4)
    }

    /// Runs a script in which the model is `$MODEL`, and checks what all of them have in common.
    private func run(_ script: String) throws -> [String: SmallDisk.Step] {
        let steps = try disk.run("MODEL='\(store.models.root)/large'\n" + script)
        for (name, step) in steps where name != "full" { #expect(step.status == 0, "\(name): \(step)") }
        let full = try #require(steps["full"])
        #expect(full.status == 74, "\(full)")
        #expect(full.isOneLineError, "\(full)")
        #expect(steps["left"]?.output.isEmpty == true, "\(String(describing: steps["left"]))")
        return steps
    }

    @Test func publishing() throws {
        let steps = try run(
            """
            export ZOO_HOME=$DISK/home
            step full tight zoo publish $MODEL large:1
            step sound zoo verify
            step gc zoo gc
            step left find $ZOO_HOME/.zoo/tmp $ZOO_HOME/.zoo/leases $ZOO_HOME/blobs -type f
            make_room
            step done zoo publish $MODEL large:1
            step verify zoo verify
            """
        )
        let error = try #require(steps["full"]?.errors)
        #expect(
            error.contains("no room for encoder/weights.safetensors in ") && error.contains("/disk/home"),
            "\(error)"
        )
        #expect(steps["verify"]?.output.contains("1 model") == true)
    }

    @Test func pulling() throws {
        let server = try ZooServer(root: "\(store.models.root)/served")
        try store.zoo()("publish large large:1").check()
        try store.zoo()("push large:1 \(server.host)").check()
        let steps = try run(
            """
            export ZOO_HOME=$DISK/home
            step full tight zoo pull -q \(server.host)/large:1
            step sound zoo verify
            step gc zoo gc
            step left find $ZOO_HOME/.zoo/tmp $ZOO_HOME/.zoo/leases -type f
            step begun find $ZOO_HOME/.zoo/partial -type f
            make_room
            step done zoo pull \(server.host)/large:1
            step verify zoo verify
            step partial find $ZOO_HOME/.zoo/partial -type f
            """
        )
        let error = try #require(steps["full"]?.errors)
        #expect(error.contains("no room for encoder weights of \(server.host)/large:1 in "), "\(error)")
        // What has come stays, for the next pull.
        #expect(steps["begun"]?.output.contains("sha256-") == true)
        #expect(steps["partial"]?.output.isEmpty == true)
        #expect(steps["verify"]?.output.contains("1 model") == true)
    }

    @Test func pushingToAServerWithoutRoom() throws {
        try store.zoo()("publish large large:1").check()
        try store.models.makeModel("small")
        try store.zoo()("publish small small:1").check()
        let steps = try run(
            """
            export ZOO_HOME='\(store.models.root)/home'
            serve() {
                rm -f address
                ( "$1"; exec zoo serve --listen 127.0.0.1:0 --root $DISK/served ) > address 2>> log &
                until grep -q http address; do kill -0 $! || exit 98; sleep 0.05; done
                host=$(sed 's|.*http://||' address)
            }
            serve limit
            step full zoo push -q large:1 $host
            step left find $DISK/served/.zoo/tmp $DISK/served/.zoo/uploads $DISK/served/blobs -type f -size +1M
            step health zoo push small:1 $host
            step sound env ZOO_HOME=$DISK/served zoo verify
            step log cat log
            kill $!; wait $!
            make_room
            serve :
            step done zoo push large:1 $host
            step pull env ZOO_HOME=$DISK/pulled zoo pull $host/large:1
            step verify env ZOO_HOME=$DISK/served zoo verify
            kill $!; wait $!
            """
        )
        let error = try #require(steps["full"]?.errors)
        #expect(error.contains("no space left") && error.contains("large"), "\(error)")
        #expect(steps["log"]?.output.contains("\"status\":507") == true)
        #expect(steps["verify"]?.output.contains("2 models") == true)
    }

    /// What a failed publish leaves is a store that can be emptied.
    @Test func removingAfterwards() throws {
        _ = try run(
            """
            export ZOO_HOME=$DISK/home
            step first zoo publish '\(store.models.makeModel("small"))' small:1
            step full tight zoo publish $MODEL large:1
            step rm zoo rm small:1
            step gc zoo gc
            step left find $ZOO_HOME/blobs $ZOO_HOME/.zoo/tmp -type f
            """
        )
    }
}
