import ArgumentParser
import OCI
import ZooRegistry
import ZooText

/// `zoo gc`: frees what no tag refers to.
struct GarbageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Free the space of content that no tag refers to.",
        discussion: """
            Examples:
              zoo gc --dry-run
              zoo gc

            Never removes what a running publish, pull or import is about to refer to.
            """
    )

    @Flag(name: [.customShort("n"), .long], help: "Only say what would be removed.")
    var dryRun = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var store: StoreOptions

    func run() throws {
        let report = try store.registry().collectGarbage(dryRun: dryRun)
        if output.format == .json {
            return try Output.json(
                GarbageDocument(
                    dryRun: dryRun,
                    removed: report?.blobs.map(\.description) ?? [],
                    bytes: report?.bytes ?? 0,
                    leftovers: report?.leftovers ?? 0,
                    kept: report?.kept ?? 0
                )
            )
        }
        guard let report else {
            return try Output.line("there is no store yet: nothing to remove")
        }
        if output.quiet {
            return
        }
        if dryRun {
            for digest in report.blobs {
                try Output.line(digest.description)
            }
        }
        let leftovers =
            report.leftovers > 0 ? ", \(Amounts.plural(report.leftovers, "leftover")) of killed processes" : ""
        let kept = report.kept > 0 ? "; kept \(Amounts.plural(report.kept, "blob")) in use or too young" : ""
        try Output.line(
            "\(dryRun ? "would remove" : "removed") \(Amounts.plural(report.blobs.count, "blob")), "
                + "\(Amounts.bytes(report.bytes))\(leftovers)\(kept)"
        )
    }
}

private struct GarbageDocument: Encodable {
    let dryRun: Bool
    let removed: [String]
    let bytes: Int
    let leftovers: Int
    let kept: Int
}
