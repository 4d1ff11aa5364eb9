/// The words that a simulated shop is made of.
enum ShopNames {
    static let categories = [
        "kettles", "running shoes", "desk lamps", "novels", "headphones", "garden tools", "coffee", "tea",
        "board games", "backpacks", "skin care", "shampoo", "dresses", "shirts", "jackets", "bicycle parts",
        "pet food", "toys", "notebooks", "knives", "rugs", "chargers", "vitamins", "puzzles",
    ]
    static let syllables = [
        "nor", "vel", "tor", "mi", "ka", "lun", "des", "ri", "bo", "san", "pel", "gra", "fen", "ost", "ul", "zen",
    ]
    static let cities = [
        "Aachen", "Bergen", "Cork", "Delft", "Essen", "Faro", "Ghent", "Hull", "Ivrea", "Jena", "Kiruna", "Lyon",
        "Malmö", "Nancy", "Odense", "Porto", "Qormi", "Riga", "Split", "Turku", "Utrecht", "Vigo", "Wels", "York",
        "Zürich", "Basel", "Como", "Dijon", "Evora", "Fulda", "Genoa", "Halle",
    ]
    static let devices = ["phone", "desktop", "tablet", "app"]
    static let pages = ["home", "search", "category", "basket", "mail"]
    static let members = ["none", "silver", "gold"]
    static let tags = ["new", "sale", "eco", "gift", "bulky", "local"]
    /// Words for the signs of an item's own tastes, so that titles say something about items nobody has bought yet.
    static let styles = [("classic", "modern"), ("light", "sturdy"), ("bold", "plain"), ("soft", "crisp")]
    static let praise = ["basic", "solid", "fine", "premium"]
}
