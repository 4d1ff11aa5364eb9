import Foundation
import Testing
import ZooModel
import ZooTraining

/// What the documents show has to work.
@Suite struct DocumentationTests {
    /// The YAML blocks of a document, in order.
    private func blocks(of document: String, _ file: String = #filePath) throws -> [String] {
        let root = URL(fileURLWithPath: file).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
        let text = try String(contentsOfFile: "\(root)/docs/\(document)", encoding: .utf8)
        return text.components(separatedBy: "```yaml\n").dropFirst().map {
            $0.components(separatedBy: "\n```")[0] + "\n"
        }
    }

    @Test func everySchemaParses() throws {
        let blocks = try blocks(of: "schema.md")
        #expect(blocks.count >= 3)
        for block in blocks {
            if block.hasPrefix("task:") {
                _ = try TaskFile.parse(block)
            } else if block.hasPrefix("source:") {
                _ = try Schema.parse(block)
            } else {
                // Examples of features, one a line.
                _ = try Schema.parse("features:\n" + block)
            }
        }
    }

    @Test func everyRecipeParses() throws {
        let blocks = try blocks(of: "recipe.md")
        #expect(!blocks.isEmpty)
        for block in blocks { _ = try Recipe.parse(block) }
    }
}
