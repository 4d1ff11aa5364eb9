import Foundation
import Testing

/// Each promise of `docs/trust.md` names tests that are there.
@Suite struct PromiseTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The files of tests by the suites in them.
    private static func suites() throws -> [String: [String]] {
        let tests = root.appendingPathComponent("Tests")
        let names = try FileManager.default.subpathsOfDirectory(atPath: tests.path)
        var suites: [String: [String]] = [:]
        for name in names where name.hasSuffix(".swift") {
            let text = try String(contentsOf: tests.appendingPathComponent(name), encoding: .utf8)
            guard text.contains("@Test") else { continue }
            for match in text.matches(of: /\bstruct (\w+)/) { suites[String(match.1), default: []].append(text) }
        }
        return suites
    }

    /// The rows of the tables of promises: what is promised, and the tests as `Suite` or `Suite.test`.
    private static func promises() throws -> [(promise: Substring, tests: [String])] {
        let text = try String(contentsOf: root.appendingPathComponent("docs/trust.md"), encoding: .utf8)
        var rows: [(Substring, [String])] = []
        var isTable = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                isTable = false
                continue
            }
            if line == "| promise | test |" { isTable = true }
            let cells = line.split(separator: "|")
            guard isTable, cells.count == 2, cells[1].contains("`") else { continue }
            var suite = ""
            let names = cells[1].split(separator: "`").filter { $0.contains { $0.isLetter } }.map { word in
                if word.hasPrefix(".") { return suite + word }
                suite = String(word.prefix { $0 != "." })
                return String(word)
            }
            rows.append((cells[0], names))
        }
        return rows
    }

    @Test func everyTestThatAPromiseNamesIsThere() throws {
        let suites = try Self.suites()
        let promises = try Self.promises()
        #expect(promises.count > 30)
        for (promise, tests) in promises {
            #expect(!tests.isEmpty, "\(promise)")
            for test in tests {
                let parts = test.split(separator: ".").map(String.init)
                let files = suites[parts[0]] ?? []
                let isThere = parts.count == 1 ? !files.isEmpty : files.contains { $0.contains("func \(parts[1])(") }
                #expect(isThere, "\(test), which shows that \(promise), is not there")
            }
        }
    }
}
