package import ArgumentParser

/// Where the user's own store lies: `--home`, else `$ZOO_HOME`, else `~/.zoo`.
package struct StoreOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The store's directory (default: $ZOO_HOME, else ~/.zoo).", valueName: "dir"),
        completion: .directory
    )
    package var home: String?

    package init() {}

    /// The store's directory.
    ///
    /// - Throws: ``CommandError`` (`usage`) when none is named and there is no home directory.
    package var homePath: String {
        get throws(CommandError) {
            if let path = [home, Terminal.environment("ZOO_HOME")].compactMap(\.self).first(where: { !$0.isEmpty }) {
                return path
            }
            guard let user = Terminal.environment("HOME"), !user.isEmpty else {
                throw CommandError(.usage, "neither $ZOO_HOME nor $HOME is set; name the store with --home DIR")
            }
            return user + "/.zoo"
        }
    }
}
