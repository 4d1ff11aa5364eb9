import Foundation
import Testing
import ZooWeb

/// What is written can be read: WCAG 2.2, level AA.
@Suite struct ContrastTests {
    /// Relative luminance of `#rrggbb` (WCAG 2.2, "relative luminance").
    private func luminance(_ colour: String) throws -> Double {
        let value = try #require(Int(colour.dropFirst(), radix: 16))
        let channels = [16, 8, 0].map { shift -> Double in
            let share = Double(value >> shift & 0xFF) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }

    private func contrast(_ first: String, _ second: String, isDark: Bool) throws -> Double {
        let values = try [first, second].map { name in
            let colour = try #require(StyleSheet.colours.first { $0.name == name })
            return try luminance(isDark ? colour.dark : colour.light)
        }.sorted()
        return (values[1] + 0.05) / (values[0] + 0.05)
    }

    @Test(arguments: [
        ("ink", "paper", 4.5), ("ink", "raised", 4.5), ("ink", "sunken", 4.5), ("ink", "tint", 4.5),
        ("soft", "paper", 4.5), ("soft", "raised", 4.5), ("soft", "tint", 4.5), ("accent", "paper", 4.5),
        ("accent", "raised", 4.5), ("accent", "tint", 4.5), ("accent", "sunken", 4.5), ("paper", "accent", 4.5),
        ("warn", "warn-tint", 4.5), ("edge", "paper", 3), ("edge", "raised", 3), ("edge", "sunken", 3),
    ])
    func coloursStandOut(_ colour: String, _ ground: String, _ least: Double) throws {
        for isDark in [false, true] {
            let found = try contrast(colour, ground, isDark: isDark)
            #expect(found >= least, "\(colour) on \(ground), \(isDark ? "dark" : "light"): \(found)")
        }
    }
}
