/// What somebody does with an item they are shown, as probabilities: the truth that models try to learn.
struct ShopBehaviour {
    /// P(click | shown).
    var click: Double
    /// P(cart | click).
    var cart: Double
    /// P(buy | click) = P(cart | click) · P(buy | cart).
    var buy: Double
    /// P(return | buy).
    var giveBack: Double
    /// P(buys again within 30 days | buy).
    var again: Double
    /// P(rating = 1…5 | buy and rate).
    var ratings: (Double, Double, Double, Double, Double)

    /// Where and when an item is shown.
    struct Context {
        var day: Double
        var hour: Int
        var isWeekend: Bool
        var device: Int
        var page: Int
        var position: Int

        /// A moment of a day with a random device and place on the site.
        init(on day: Double, _ random: inout CounterRandom) {
            self.day = day
            hour = Int((day - day.rounded(.down)) * 24)
            // 2025-01-01 was a Wednesday.
            isWeekend = (Int(day) + 2) % 7 >= 5
            device = random.integer(below: ShopNames.devices.count)
            page = random.integer(below: ShopNames.pages.count)
            position = 1 + min(random.integer(below: 12), random.integer(below: 12))
        }
    }

    /// An item shown to somebody.
    struct Impression {
        var user: Int
        var item: Int
        var context: Context
    }

    /// The probabilities of what follows an impression.
    init(_ impression: Impression, in world: ShopWorld) {
        let (user, item, context) = (impression.user, impression.item, impression.context)
        let users = world.users
        let items = world.items
        let fit = world.affinity(user, item, on: context.day)
        let quality = Double(items.quality[item])
        let loyalty = Double(users.loyalty[user])
        let pinch = Double(users.priceSensitivity[user]) * Double(items.dearness[item])
        let isEvening = context.hour >= 18 && context.hour < 23
        let mood = (isEvening ? 0.25 : 0) + (context.isWeekend ? 0.15 : 0) - (context.device == 0 ? 0.2 : 0)
        let sale = items.tags[item] & 2 != 0 ? 0.3 : 0
        let place = [0.1, 0.6, 0.2, 0.4, -0.5][context.page] - 0.09 * Double(context.position)
        click = PortableMath.sigmoid(-1.75 + 1.3 * fit + mood + place + sale)
        cart = PortableMath.sigmoid(-1.1 + 0.9 * fit + 0.5 * quality - 0.6 * pinch + sale)
        let order = PortableMath.sigmoid(
            0.1 + 0.5 * fit + 0.6 * quality - 0.8 * pinch + 0.6 * loyalty - (context.device == 0 ? 0.3 : 0)
        )
        buy = cart * order
        let clothes = (12...14).contains(items.category[item]) ? 0.9 : 0
        giveBack = PortableMath.sigmoid(-1.7 - 1.1 * quality - 0.5 * fit + clothes)
        let renewal = Double(items.renewal[Int(items.category[item])])
        again = PortableMath.sigmoid(-1.5 + 1.3 * fit + 1.1 * quality + 0.5 * loyalty + 0.5 * renewal)
        ratings = Self.ratings(around: 3.1 + 0.8 * quality + 0.5 * fit)
    }

    /// The expected rating.
    var meanRating: Double {
        ratings.0 + 2 * ratings.1 + 3 * ratings.2 + 4 * ratings.3 + 5 * ratings.4
    }

    /// The rating of a number from [0, 1).
    func rating(at uniform: Double) -> Int {
        var left = uniform
        for (stars, share) in [(1, ratings.0), (2, ratings.1), (3, ratings.2), (4, ratings.3)] {
            if left < share { return stars }
            left -= share
        }
        return 5
    }

    /// A bell around a centre, cut to whole stars.
    private static func ratings(around centre: Double) -> (Double, Double, Double, Double, Double) {
        func weight(_ stars: Double) -> Double {
            PortableMath.exp(-(stars - centre) * (stars - centre) / 1.3)
        }
        let all = (weight(1), weight(2), weight(3), weight(4), weight(5))
        let sum = all.0 + all.1 + all.2 + all.3 + all.4
        return (all.0 / sum, all.1 / sum, all.2 / sum, all.3 / sum, all.4 / sum)
    }
}
