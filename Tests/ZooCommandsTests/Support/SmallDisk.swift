import Foundation
import TestSupport

/// A disk on which there is little room until there is more: a small tmpfs in namespaces of its own, or, where those may
/// not be made or (without root) not be enlarged, a limit on the size of files.
///
/// It exists while a script of ``run(_:)`` runs.
struct SmallDisk {
    /// Megabytes on the disk, or in a file.
    static let megabytes = 8
    static let mayMount: Bool = {
        let probe = TemporaryDirectory()
        let mount = "mount -t tmpfs -o size=1m tmpfs '\(probe.root)' && mount -o remount,size=2m '\(probe.root)'"
        let enlarged = "\(mount) && df --output=size '\(probe.root)' | grep -q 2048"
        return (try? Program.run("unshare", ["-rm", "sh", "-c", enlarged])) != nil
    }()
    private static let prologue =
        mayMount
        ? """
        mkdir -p "$DISK" && mount -t tmpfs -o size=\(megabytes)m tmpfs "$DISK" || exit 99
        limit() { :; }
        make_room() { mount -o remount,size=1g "$DISK"; }

        """
        : """
        mkdir -p "$DISK"
        limit() { ulimit -f \(megabytes * 1024); }
        make_room() { :; }

        """

    let directory = TemporaryDirectory()

    /// What a step of the script left behind.
    struct Step {
        let status: Int32
        let output: String
        let errors: String

        /// Whether standard error is the one line that a failure prints.
        var isOneLineError: Bool {
            errors.hasPrefix("zoo: error: ") && errors.hasSuffix("\n") && errors.split(separator: "\n").count == 1
        }
    }

    /// Runs a script of bash with `zoo` in its path. `$DISK` is the disk, `tight COMMAND` runs one after `limit`, that
    /// has no more room than there is, `make_room` ends that, and `step NAME COMMAND` keeps what a command left behind.
    func run(_ script: String) throws -> [String: Step] {
        let programs = ZooProcess.executable.deletingLastPathComponent().path
        let steps = directory.path("steps")
        try FileManager.default.createDirectory(atPath: steps, withIntermediateDirectories: true)
        let head = """
            export PATH='\(programs)':$PATH ZOO_BUNDLED= DISK=$PWD/disk
            tight() { ( limit; exec "$@" ); }
            step() {
                local name=$1; shift
                "$@" > steps/$name.output 2> steps/$name.errors
                echo $? > steps/$name.status
            }

            """
        let file = try directory.write(head + Self.prologue + script, to: "script")
        let launcher = Self.mayMount ? ["unshare", "-rm", "bash"] : ["bash"]
        try Program.run(launcher[0], launcher.dropFirst() + [file], in: directory.root)
        func text(_ name: String) throws -> String {
            try String(decoding: directory.read("steps/\(name)"), as: UTF8.self)
        }
        var found: [String: Step] = [:]
        for name in try directory.names(in: "steps") where name.hasSuffix(".status") {
            let step = String(name.dropLast(".status".count))
            found[step] = Step(
                status: Int32(try text(name).trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1,
                output: try text("\(step).output"),
                errors: try text("\(step).errors")
            )
        }
        return found
    }
}
