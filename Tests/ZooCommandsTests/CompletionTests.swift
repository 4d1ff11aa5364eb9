import Foundation
import TestSupport
import Testing

/// `zoo --generate-completion-script`, in the shell that it is for.
struct CompletionTests {
    @Test(arguments: [
        ("zoo ver", "verify"), ("zoo list --for", "--format"), ("zoo list --format ", "json"),
        ("zoo data si", "simulate"),
    ])
    func bashCompletes(line: String, expected: String) throws {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let script = """
            source <('\(ZooProcess.executable.path)' --generate-completion-script bash)
            COMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " ")))
            COMP_CWORD=\(words.count - 1) COMP_LINE='\(line)' COMP_POINT=\(line.utf8.count)
            complete -p zoo > /dev/null
            _zoo zoo "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let offered = try Program.run("bash", ["-c", script]).split(separator: "\n").map(String.init)
        #expect(offered.contains(expected), "\(offered)")
    }

    @Test(arguments: ["zsh", "fish"]) func otherShellsHaveAScriptToo(shell: String) throws {
        let script = try Program.run(ZooProcess.executable.path, ["--generate-completion-script", shell])
        #expect(script.contains("finetune") && script.contains("format"))
    }
}
