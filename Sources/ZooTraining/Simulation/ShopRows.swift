/// Writes the columns that all of a simulated shop's files share.
final class ShopRows {
    /// Names of those columns.
    static let columns = [
        "time", "user", "gender", "age", "city", "member", "device", "page", "position", "history", "item", "category",
        "brand", "price", "tags", "title",
    ]
    private static let historyLength = 5

    private let world: ShopWorld
    private let profiles: [UInt8]
    private let profileEnds: [Int]
    private let sheets: [UInt8]
    private let sheetEnds: [Int]
    /// Each user's last clicked items in a ring, -1 where there is none, and how many there have been.
    private var history: [Int32]
    private var clicks: [Int32]

    init(_ world: ShopWorld) {
        self.world = world
        (profiles, profileEnds) = Self.joined(world.options.users) { Self.profile($0, world) }
        (sheets, sheetEnds) = Self.joined(world.options.items) { Self.sheet($0, world) }
        history = [Int32](repeating: -1, count: world.options.users * Self.historyLength)
        clicks = [Int32](repeating: 0, count: world.options.users)
    }

    /// Writes one row's shared columns.
    func write(_ impression: ShopBehaviour.Impression, to buffer: inout RowBuffer) throws {
        let (user, item, context) = (impression.user, impression.item, impression.context)
        try buffer.startRow()
        Self.write(day: context.day, to: &buffer)
        buffer.comma()
        buffer.append(profiles[(user == 0 ? 0 : profileEnds[user - 1])..<profileEnds[user]])
        buffer.append(ShopNames.devices[context.device])
        buffer.comma()
        buffer.append(ShopNames.pages[context.page])
        buffer.comma()
        buffer.append(context.position)
        buffer.comma()
        writeHistory(of: user, to: &buffer)
        buffer.comma()
        buffer.append(sheets[(item == 0 ? 0 : sheetEnds[item - 1])..<sheetEnds[item]])
    }

    /// Remembers a click.
    func rememberClick(_ impression: ShopBehaviour.Impression) {
        let (user, item) = (impression.user, impression.item)
        history[user * Self.historyLength + Int(clicks[user]) % Self.historyLength] = Int32(item)
        clicks[user] &+= 1
    }

    private func writeHistory(of user: Int, to buffer: inout RowBuffer) {
        let count = Int(clicks[user])
        for position in max(0, count - Self.historyLength)..<count {
            if position > max(0, count - Self.historyLength) { buffer.append("|") }
            buffer.append("i")
            buffer.append(Int(history[user * Self.historyLength + position % Self.historyLength]))
        }
    }

    /// `2025-01-01 00:00:00` and so many days; the simulation stays within that year.
    private static func write(day: Double, to buffer: inout RowBuffer) {
        var date = Int(day) + 1
        var month = 1
        for length in [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
            guard date > length else { break }
            date -= length
            month += 1
        }
        let second = Int((day - day.rounded(.down)) * 86_400)
        buffer.append("2025-")
        buffer.append(month, width: 2)
        buffer.append("-")
        buffer.append(date, width: 2)
        buffer.append(" ")
        buffer.append(second / 3_600, width: 2)
        buffer.append(":")
        buffer.append(second / 60 % 60, width: 2)
        buffer.append(":")
        buffer.append(second % 60, width: 2)
    }

    /// A user's columns with a comma after each. One in ten hides the age, one in thirty the city.
    private static func profile(_ user: Int, _ world: ShopWorld) -> String {
        let users = world.users
        let age = user % 10 == 7 ? "" : "\(users.age[user])"
        let city = user % 30 == 11 ? "" : ShopNames.cities[Int(users.city[user])]
        let gender = ["f", "m", ""][Int(users.gender[user])]
        return "u\(user),\(gender),\(age),\(city),\(ShopNames.members[Int(users.member[user])]),"
    }

    /// An item's columns.
    private static func sheet(_ item: Int, _ world: ShopWorld) -> String {
        let items = world.items
        let tags = ShopNames.tags.indices.filter { items.tags[item] >> $0 & 1 == 1 }.map { ShopNames.tags[$0] }
        let cents = Int(items.price[item])
        let price = "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
        let category = ShopNames.categories[Int(items.category[item])]
        let brand = items.brandNames[Int(items.brand[item])]
        return "i\(item),\(category),\(brand),\(price),\(tags.joined(separator: "|")),\(items.title(item))"
    }

    private static func joined(_ count: Int, _ text: (Int) -> String) -> (bytes: [UInt8], ends: [Int]) {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        ends.reserveCapacity(count)
        for index in 0..<count {
            bytes.append(contentsOf: text(index).utf8)
            ends.append(bytes.count)
        }
        return (bytes, ends)
    }
}
