/// The truth of a simulated shop: who likes what, how good things are, and when users and items appear.
///
/// Tastes are vectors of `dimensions` numbers. A user's is the sum of what their age, gender and city say and a larger
/// part that only their behaviour shows; an item's is the sum of its category's and brand's and its own. Their scaled
/// inner product, the affinity, has about mean 0 and variance 1.
final class ShopWorld: Sendable {
    static let dimensions = 8
    /// Days from the first impression to the last.
    static let days = 120.0

    let options: ShopOptions
    let users: ShopUsers
    let items: ShopItems
    let activity: SkewedChoice
    /// Popularity at the start and at the end, between which it drifts.
    let popularity: (start: SkewedChoice, end: SkewedChoice)
    /// The direction in which everybody's taste drifts.
    let trend: [Float]

    init(_ options: ShopOptions) {
        self.options = options
        var world = CounterRandom(seed: options.seed, stream: .world)
        users = ShopUsers(options, world: &world)
        items = ShopItems(options, world: &world)
        trend = world.normals(Self.dimensions)
        var order = CounterRandom(seed: options.seed, stream: .order)
        activity = SkewedChoice(order.permutation(options.users), offset: 20 + Double(options.users) / 20)
        let start = order.permutation(options.items)
        var end = start
        // Popularity at the end: a third of the ranks have changed places.
        for _ in 0..<(options.items / 3) {
            end.swapAt(order.integer(below: options.items), order.integer(below: options.items))
        }
        let offset = 5 + Double(options.items) / 50
        popularity = (SkewedChoice(start, offset: offset), SkewedChoice(end, offset: offset))
    }

    /// Draws an impression's user, item and context on a day.
    func impression(on day: Double, _ random: inout CounterRandom) -> ShopBehaviour.Impression {
        let user = user(on: day, &random)
        let item = item(for: user, on: day, &random)
        return ShopBehaviour.Impression(user: user, item: item, context: ShopBehaviour.Context(on: day, &random))
    }

    /// Picks who visits on a day, among those who have joined.
    func user(on day: Double, _ random: inout CounterRandom) -> Int {
        for _ in 0..<64 {
            let user = activity.element(at: random.uniform())
            if users.joinDay[user] <= day { return user }
        }
        return 0
    }

    /// Picks what a visitor is shown: the one of three popular items that the shop's own, half-blind recommender
    /// thinks fits best.
    func item(for user: Int, on day: Double, _ random: inout CounterRandom) -> Int {
        var best = (item: 0, score: -Double.infinity)
        for _ in 0..<3 {
            let item = popularItem(on: day, &random)
            let score = 0.5 * affinity(user, item, on: day) + random.normal()
            if score > best.score { best = (item, score) }
        }
        return best.item
    }

    private func popularItem(on day: Double, _ random: inout CounterRandom) -> Int {
        let isLate = random.uniform() < day / Self.days
        for _ in 0..<64 {
            let choice = isLate ? popularity.end : popularity.start
            let item = choice.element(at: random.uniform())
            if items.birthDay[item] <= day { return item }
        }
        return 0
    }

    /// How well an item fits a user on a day: about N(0, 1).
    func affinity(_ user: Int, _ item: Int, on day: Double) -> Double {
        let drift = Float(0.5 * day / Self.days)
        var sum: Float = 0
        users.taste.withUnsafeBufferPointer { tastes in
            items.taste.withUnsafeBufferPointer { natures in
                trend.withUnsafeBufferPointer { trend in
                    for index in 0..<Self.dimensions {
                        let taste = tastes[user * Self.dimensions + index] + drift * trend[index]
                        sum += taste * natures[item * Self.dimensions + index]
                    }
                }
            }
        }
        return Double(sum) * 0.353_553_390_593_273_8
    }
}

/// The users of a simulated shop, a column an attribute.
///
/// A class, as the items are, so that drawing an event does not count references to each column.
final class ShopUsers: Sendable {
    let taste: [Float]
    let age: [UInt8]
    let gender: [UInt8]
    let city: [UInt8]
    let member: [UInt8]
    let priceSensitivity: [Float]
    let loyalty: [Float]
    let joinDay: [Double]

    init(_ options: ShopOptions, world: inout CounterRandom) {
        var taste: [Float] = []
        var (age, gender, city, member): ([UInt8], [UInt8], [UInt8], [UInt8]) = ([], [], [], [])
        var (priceSensitivity, loyalty): ([Float], [Float]) = ([], [])
        var joinDay: [Double] = []
        let size = ShopWorld.dimensions
        let byAge = (0..<6).map { _ in world.normals(size) }
        let byGender = (0..<3).map { _ in world.normals(size) }
        let byCity = ShopNames.cities.map { _ in world.normals(size) }
        for user in 0..<options.users {
            var random = CounterRandom(seed: options.seed, stream: .users, element: UInt64(user))
            let years = 18 + random.integer(below: 30) + random.integer(below: 30)
            let sex = random.uniform() < 0.05 ? 2 : random.integer(below: 2)
            let town = min(random.integer(below: ShopNames.cities.count), random.integer(below: ShopNames.cities.count))
            let group = (years - 18) / 10
            for index in 0..<size {
                let known = 0.5 * byAge[group][index] + 0.35 * byGender[sex][index] + 0.35 * byCity[town][index]
                taste.append(known + 0.75 * Float(random.normal()))
            }
            age.append(UInt8(years))
            gender.append(UInt8(sex))
            city.append(UInt8(town))
            loyalty.append(Float(random.normal()))
            let rank = 0.6 * Double(loyalty[user]) + random.normal()
            member.append(rank > 1.3 ? 2 : rank > 0.4 ? 1 : 0)
            priceSensitivity.append(0.8 + 0.4 * Float(random.normal()) - Float(years) * 0.005)
            joinDay.append(random.uniform() < 0.7 ? 0 : random.uniform() * ShopWorld.days)
        }
        // Somebody is always there, whatever the seed.
        joinDay[0] = 0
        (self.taste, self.age, self.gender, self.city, self.member) = (taste, age, gender, city, member)
        (self.priceSensitivity, self.loyalty, self.joinDay) = (priceSensitivity, loyalty, joinDay)
    }
}

/// The items of a simulated shop, a column an attribute.
final class ShopItems: Sendable {
    let taste: [Float]
    let category: [UInt8]
    let brand: [Int32]
    let quality: [Float]
    /// Price in cents.
    let price: [Int32]
    /// The price's distance from its category's usual one, in units of a third of it or so.
    let dearness: [Float]
    let birthDay: [Double]
    let tags: [UInt8]
    let brandNames: [String]
    /// How often each category's things are bought anew.
    let renewal: [Float]

    init(_ options: ShopOptions, world: inout CounterRandom) {
        let size = ShopWorld.dimensions
        let brands = min(max(options.items / 20, 8), 2_000)
        let byCategory = ShopNames.categories.map { _ in world.normals(size) }
        let usualPrice = ShopNames.categories.map { _ in 600 * PortableMath.exp(1.1 + world.normal()) }
        renewal = world.normals(ShopNames.categories.count)
        var names: [String] = []
        var byBrand: [[Float]] = []
        var brandQuality: [Float] = []
        for brand in 0..<brands {
            let first = ShopNames.syllables[brand % 16]
            let middle = ShopNames.syllables[(brand / 16 + brand * 7 + 3) % 16]
            let last = brand < 256 ? "" : ShopNames.syllables[brand / 256]
            names.append((first + middle + last).capitalisedFirst + (brand % 5 == 0 ? " & Co" : ""))
            byBrand.append(world.normals(size))
            brandQuality.append(Float(world.normal()))
        }
        brandNames = names
        var (taste, quality, dearness): ([Float], [Float], [Float]) = ([], [], [])
        var (category, tags): ([UInt8], [UInt8]) = ([], [])
        var (brand, price): ([Int32], [Int32]) = ([], [])
        var birthDay: [Double] = []
        for item in 0..<options.items {
            var random = CounterRandom(seed: options.seed, stream: .items, element: UInt64(item))
            let kind = random.integer(below: ShopNames.categories.count)
            let maker = random.integer(below: brands)
            for index in 0..<size {
                let known = 0.7 * byCategory[kind][index] + 0.35 * byBrand[maker][index]
                taste.append(known + 0.6 * Float(random.normal()))
            }
            category.append(UInt8(kind))
            brand.append(Int32(maker))
            quality.append(0.5 * brandQuality[maker] + 0.85 * Float(random.normal()))
            dearness.append(0.3 * quality[item] + 0.9 * Float(random.normal()))
            let cents = usualPrice[kind] * PortableMath.exp(0.4 * Double(dearness[item]))
            price.append(Int32(min(max(cents.rounded(), 99), 9_999_999)))
            birthDay.append(random.uniform() < 0.75 ? 0 : random.uniform() * ShopWorld.days)
            tags.append(UInt8(random.next() & random.next() & 0x3f))
        }
        birthDay[0] = 0
        (self.taste, self.category, self.brand, self.quality, self.price) = (taste, category, brand, quality, price)
        (self.dearness, self.birthDay, self.tags) = (dearness, birthDay, tags)
    }

    /// An item's title, quoted as CSV wants it.
    func title(_ item: Int) -> String {
        let own = taste[(item * ShopWorld.dimensions)..<((item + 1) * ShopWorld.dimensions)]
        let styles = zip(ShopNames.styles, own).map { words, value in value < 0 ? words.0 : words.1 }
        let level = min(max(Int((quality[item] + 2).rounded(.down)), 0), 3)
        let kind = ShopNames.categories[Int(category[item])]
        let name = brandNames[Int(brand[item])]
        return "\"\(name) \(ShopNames.praise[level]) \(kind), \(styles.joined(separator: " "))\""
    }
}

extension String {
    fileprivate var capitalisedFirst: String {
        prefix(1).uppercased() + dropFirst()
    }
}
