/// How big a simulated shop is, and which one.
public struct ShopOptions: Sendable, Hashable {
    /// People who visit it, from 10 to 10,000,000.
    public var users: Int
    /// Things it sells, from 10 to 10,000,000.
    public var items: Int
    /// Impressions in all three files together, from 100 to 2,000,000,000.
    public var events: Int
    /// Which shop: the same seed and sizes give the same bytes, on any machine.
    public var seed: UInt64

    /// Sizes with their defaults, which train in a minute.
    public init(users: Int = 2_000, items: Int = 1_000, events: Int = 200_000, seed: UInt64 = 1) {
        self.users = users
        self.items = items
        self.events = events
        self.seed = seed
    }

    /// Refuses sizes out of range.
    func validate() throws {
        for (name, value, range) in [
            ("users", users, 10...10_000_000), ("items", items, 10...10_000_000),
            ("events", events, 100...2_000_000_000),
        ] where !range.contains(value) {
            throw ZooTrainingError(
                .usage,
                "a shop has from \(range.lowerBound) to \(range.upperBound) \(name), not \(value)"
            )
        }
    }
}
