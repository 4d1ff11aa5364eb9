import ArgumentParser
import Testing
import ZooCommands

struct HelpTests {
    /// A command and the words that call it.
    struct Entry: CustomTestStringConvertible {
        let type: any ParsableCommand.Type
        let words: [String]

        var testDescription: String { words.joined(separator: " ") }
    }

    /// Every command, those inside others included.
    static let commands: [Entry] = {
        func entries(_ type: any ParsableCommand.Type, _ words: [String]) -> [Entry] {
            let configuration = type.configuration
            let inner = configuration.subcommands.flatMap { child in
                entries(child, words + [child.configuration.commandName ?? child._commandName])
            }
            return [Entry(type: type, words: words)] + inner
        }
        return entries(Zoo.self, ["zoo"])
    }()

    @Test func allCommandsAreThere() {
        let names = Set(Self.commands.map { $0.words.dropFirst().joined(separator: " ") })
        let promised = [
            "list", "show", "pull", "data simulate", "data inspect", "pretrain", "finetune", "evaluate", "predict",
            "publish", "tag", "rm", "gc", "verify", "diff", "export", "import",
            "login", "logout", "push", "search", "serve",
            "keygen", "sign", "yank", "alias", "resolve", "log", "reproduce", "policy check", "policy show",
        ]
        #expect(promised.filter { !names.contains($0) } == [])
    }

    @Test(arguments: commands)
    func helpHasAWorkedExample(_ command: Entry) {
        let help = Zoo.helpMessage(for: command.type, columns: 100)
        let example = "  " + command.words.joined(separator: " ")
        #expect(help.split(separator: "\n").contains { $0.hasPrefix(example) }, "no line starts with '\(example)'")
        #expect(!command.type.configuration.abstract.isEmpty)
    }

    /// The argument parser breaks lines of 80 columns once more, and leaves their last word on a line of its own.
    @Test(arguments: commands)
    func whatACommandExplainsFitsEightyColumns(_ command: Entry) {
        for line in command.type.configuration.discussion.split(separator: "\n") { #expect(line.count < 80, "\(line)") }
    }

    @Test(arguments: commands)
    func helpFitsATerminal(_ command: Entry) {
        let lines = Zoo.helpMessage(for: command.type, columns: 120).split(separator: "\n")
        // The argument parser prints the usage on one line, however long.
        for line in lines where !line.hasPrefix("USAGE:") {
            #expect(line.count <= 124, "\(line)")
        }
    }
}
