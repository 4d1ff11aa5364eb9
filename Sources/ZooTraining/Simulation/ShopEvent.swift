/// One impression and what came of it: a pure function of the shop and the event's number, so that events can be drawn
/// on several threads.
struct ShopEvent {
    let impression: ShopBehaviour.Impression
    let truth: ShopBehaviour
    let isClicked: Bool
    let isInCart: Bool
    let isBought: Bool
    let isReturned: Bool
    /// Stars, if it was bought and rated.
    let rating: Int?

    /// Draws event `number` of `count`, which lie evenly in time.
    init(_ number: Int, of count: Int, in world: ShopWorld) {
        var random = CounterRandom(seed: world.options.seed, stream: .events, element: UInt64(number))
        let day = ShopWorld.days * (Double(number) + random.uniform()) / Double(count)
        impression = world.impression(on: day, &random)
        truth = ShopBehaviour(impression, in: world)
        isClicked = random.uniform() < truth.click
        let wouldPutInCart = random.uniform() < truth.cart
        let wouldBuy = wouldPutInCart && random.uniform() < truth.buy / truth.cart
        isInCart = isClicked && wouldPutInCart
        isBought = isInCart && wouldBuy
        isReturned = random.uniform() < truth.giveBack
        let stars = truth.rating(at: random.uniform())
        rating = random.uniform() < 0.7 && isBought ? stars : nil
    }

    /// Writes the labels, an empty field where a question does not arise, and after them, if asked for, the truth.
    func writeLabels(hasTruth: Bool, to buffer: inout RowBuffer) {
        buffer.append(isClicked ? ",1," : ",0,")
        if isClicked { buffer.append(isInCart ? (isBought ? "1,1," : "1,0,") : "0,0,") } else { buffer.append(",,") }
        if isBought { buffer.append(isReturned ? "1," : "0,") } else { buffer.append(",") }
        if let rating { buffer.append(rating) }
        guard hasTruth else { return }
        for probability in [truth.click, truth.cart, truth.buy, truth.giveBack, truth.meanRating] {
            buffer.comma()
            buffer.append(decimal: probability)
        }
    }
}
