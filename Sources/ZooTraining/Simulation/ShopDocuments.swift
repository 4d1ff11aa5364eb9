/// The texts that come with a simulated shop's tables.
enum ShopDocuments {
    static let labels = ["click", "cart", "buy", "returned", "rating"]
    static let truths = ["p_click", "p_cart", "p_buy", "p_returned", "e_rating"]
    /// A random stream, a name and a row count for each file of the new task. Files of one stream are nested.
    static let newTaskFiles = [
        (0, "new-task-500.csv", 500), (0, "new-task-5000.csv", 5_000), (0, "new-task-50000.csv", 50_000),
        (1, "new-task-valid.csv", 5_000), (2, "new-task-test.csv", 20_000),
    ]

    /// Names and texts.
    static func all(_ options: ShopOptions) -> [(name: String, text: String)] {
        [("schema.yaml", schema), ("recipe.yaml", recipe), ("task.yaml", task), ("README.md", readme(options))]
    }

    static let schema = """
        # A simulated shop: see README.md beside this file.
        source: {format: csv}
        features:
          - {name: user, kind: categorical, dim: 16}
          - {name: gender, kind: categorical, dim: 4}
          - {name: age, kind: numeric, buckets: 12, dim: 8, missing_flag: true}
          - {name: city, kind: categorical, dim: 8}
          - {name: member, kind: categorical, dim: 4}
          - {name: time, kind: timestamp, parts: [hour, weekday], dim: 4}
          - {name: device, kind: categorical, dim: 4}
          - {name: page, kind: categorical, dim: 4}
          - {name: position, kind: numeric}
          - {name: history, kind: sequence, max_length: 5, dim: 16}
          - {name: item, kind: categorical, dim: 16}
          - {name: category, kind: categorical, dim: 8}
          - {name: brand, kind: categorical, dim: 8}
          - {name: price, kind: numeric, normalise: log, buckets: 16, dim: 8}
          - {name: tags, kind: bag, dim: 4}
          - {name: title, kind: text, words: 1, hash_buckets: 1024, dim: 16}
        tasks:
          # cart and buy are missing unless clicked; returned and rating are missing unless bought.
          - {name: click, kind: binary, truth: p_click}
          - {name: cart, kind: binary, truth: p_cart}
          - {name: buy, kind: binary, truth: p_buy}
          - {name: returned, kind: binary, truth: p_returned}
          - {name: rating, kind: regression, truth: e_rating}

        """

    static let recipe = """
        # A recipe to start from: docs/recipe.md says what else there is.
        encoder: {type: mmoe, experts: 4, layers: [128, 64], dropout: 0.1}
        heads: {layers: [32]}
        optimiser: {type: adamw, rate: 0.001, weight_decay: 0.1, embedding_decay: 0.1}
        schedule: {type: linear}
        early_stopping: {metric: loss, patience: 2}
        batch_size: 512
        epochs: 6

        """

    static let task = """
        # A new task for the same shop: will this buyer buy the item again within 30 days?
        task: {name: again, kind: binary, truth: p_again}

        """

    static func readme(_ options: ShopOptions) -> String {
        """
        # A simulated shop

        Made by `zoo data simulate --users \(options.users) --items \(options.items) --events \(options.events) --seed \(options.seed)`. \
        The same command makes the same bytes on any machine.

        | file | rows | what |
        |---|---|---|
        | train.csv | \(options.events / 10 * 8) | impressions of the first 80 % of the time |
        | valid.csv, test.csv | \(options.events / 10), \(options.events - options.events / 10 * 9) | the next and the last 10 %, \
        with the true probabilities |
        | schema.yaml, recipe.yaml | | which columns are features and tasks, and a way to train on them |
        | new-task-500.csv, -5000.csv, -50000.csv | 500, 5000, 50000 | purchases: does the buyer buy again within 30 days? Each \
        file begins with the rows of the smaller one |
        | new-task-valid.csv, new-task-test.csv | 5000, 20000 | the same question, with the true probabilities |
        | task.yaml | | the new task |

        ## Labels
        An impression may be clicked; a clicked item may go into the cart, one in the cart may be bought, a bought one may be
        returned and rated. As usual for conversion models, a label exists only where its question arises: `cart` and `buy` are
        missing unless clicked, `returned` and `rating` (which 70 % of buyers give) unless bought.

        ## Truth
        `p_click`, `p_cart` and `p_buy` (given a click), `p_returned` and `e_rating` (given a purchase) and `p_again` are the
        probabilities, or the expected rating, that the labels were drawn with. No model can beat the AUC of these columns
        but by luck: `zoo evaluate` prints it beside the model's.

        ## What is going on
        Users and items have 8 hidden tastes. Age, gender and city explain half of a user's, category and brand and the title
        most of an item's; only behaviour tells the rest, so embeddings of `user` and `item` carry most of the knowledge.
        Quality, price against the category's usual price, loyalty and the moment matter, too. Popularity is skewed and drifts,
        tastes drift, 30 % of users and 25 % of items appear after the first day, some of them only in the test set.
        The new task depends on the same tastes, quality and loyalty.

        """
    }
}
