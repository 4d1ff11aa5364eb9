import ArgumentParser
import ZooModel

/// The names of commands, checked before they are parsed: a command that there is not is a mistake of its own, and no
/// surplus argument.
enum CommandNames {
    /// Refuses a line whose first words name no command.
    ///
    /// - Throws: ``CommandError`` (`usage`) with what was probably meant.
    static func check(_ arguments: [String]) throws {
        var command: any ParsableCommand.Type = Zoo.self
        var path = Zoo._commandName
        for word in arguments.first == "help" ? arguments.dropFirst() : arguments[...] {
            let subcommands = command.configuration.subcommands
            guard !subcommands.isEmpty, !word.hasPrefix("-") else { return }
            if let next = subcommands.first(where: { names(of: $0).contains(word) }) {
                command = next
                path += " \(next._commandName)"
            } else if word != "help" {
                let near = Suggestion.nearest(to: word, among: subcommands.flatMap(names))
                let hint = near.map { "; did you mean '\($0)'?" } ?? ""
                throw CommandError(.usage, "there is no command '\(path) \(word)'\(hint) (see '\(path) --help')")
            }
        }
    }

    private static func names(of command: any ParsableCommand.Type) -> [String] {
        [command._commandName] + command.configuration.aliases
    }
}
