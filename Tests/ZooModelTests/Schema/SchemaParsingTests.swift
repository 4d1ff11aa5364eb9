import Testing
import ZooModel

@Suite struct SchemaParsingTests {
    static let census = """
        source: {format: csv, separator: ", ", names: [age, sex, note, tags, seen, income, wage, p], missing: ["?"]}
        defaults:
          categorical: {dim: 8}
        features:
          - {name: age, kind: numeric, buckets: 32, dim: 8, normalise: log, missing_flag: true}
          - {name: sex, kind: categorical}
          - name: sex_hashed
            column: sex
            kind: categorical
            dim: auto
            hash_buckets: 16
          - {name: note, kind: text, words: 2, characters: [3, 5], hash_buckets: 1024, scope: income}
          - {name: tags, kind: bag, separator: ";", max_length: 5, pool: sum, min_count: 2, max_vocabulary: 100}
          - {name: seen, kind: timestamp, format: "%d/%m/%Y", parts: [hour, weekday]}
        tasks:
          - {name: income, kind: binary, positive: 50000+., weight: 2, truth: p}
          - {name: rich, column: wage, kind: binary, positive: wage >= 40.5}
          - {name: wage, kind: regression, loss: huber, delta: 0.5}
        """

    @Test func readsEveryOption() throws {
        let schema = try Schema.parse(Self.census)
        #expect(schema.source.separator == ", ")
        #expect(schema.source.names.count == 8)
        #expect(!schema.source.hasHeader)
        #expect(schema.source.missingMarkers == ["?"])
        #expect(
            schema.features[0].kind
                == .numeric(.init(normalisation: .log, buckets: 32, dimension: .fixed(8), hasMissingFlag: true))
        )
        #expect(schema.features[1].kind == .categorical(.init(dimension: .fixed(8))))
        #expect(schema.features[2].kind == .categorical(.init(rows: .hashed(buckets: 16), dimension: .auto)))
        #expect(schema.features[2].column == "sex")
        #expect(schema.features[3].scope == .task("income"))
        #expect(
            schema.features[3].kind == .text(.init(words: 2...2, characters: 3...5, buckets: 1_024))
        )
        let bag = FeatureDefinition.Bag(
            separator: ";",
            maximumLength: 5,
            combiner: .sum,
            rows: .vocabulary(minimumCount: 2, maximum: 100)
        )
        #expect(schema.features[4].kind == .bag(bag))
        #expect(
            schema.features[5].kind == .timestamp(.init(format: .pattern("%d/%m/%Y"), parts: [.hour, .weekday]))
        )
        #expect(schema.tasks[0].kind == .binary(.values(positive: ["50000+."], negative: nil)))
        #expect(schema.tasks[0].weight == 2)
        #expect(schema.tasks[0].truth == "p")
        #expect(schema.tasks[1].kind == .binary(.comparison(.atLeast, 40.5)))
        #expect(schema.tasks[2].loss == .huber(delta: 0.5))
    }

    @Test func theFilesNameDecidesUnlessTheSchemaDoes() throws {
        let features = "features: [{name: a, kind: categorical}]"
        let automatic = try Schema.parse(features).source
        #expect(try Schema.parse("source: {missing: [x]}\n" + features).source.followsFileName)
        #expect(automatic.resolved(forPath: "a/b.tsv.gz").separator == "\t")
        #expect(automatic.resolved(forPath: "b.JSONL").syntax == .jsonLines)
        #expect(automatic.resolved(forPath: "b.dat") == .csv)
        for source in ["{format: csv}", "{separator: ;}"] {
            let format = try Schema.parse("source: \(source)\n" + features).source
            #expect(format.resolved(forPath: "b.tsv") == format)
        }
    }

    @Test func writesWhatItReads() throws {
        let schema = try Schema.parse(Self.census)
        let text = schema.yaml
        let again = try Schema.parse(text)
        #expect(again == schema)
        #expect(again.yaml == text)
    }

    @Test func asksForEachColumnOnce() throws {
        let schema = try Schema.parse(Self.census)
        let requests = schema.columnRequests()
        #expect(requests.count == Set(requests).count)
        #expect(requests.filter { $0.column == "sex" }.count == 1)
        #expect(requests.contains(ColumnRequest("p", as: .numeric, isRequired: false)))
        #expect(schema.columnRequests(labels: .unread).allSatisfy { $0.column != "wage" })
        #expect(
            schema.columnRequests(labels: .optional).contains(ColumnRequest("wage", as: .numeric, isRequired: false))
        )
    }

    /// Every mistake is refused with its place and, where there is one, a suggestion.
    @Test(arguments: [
        ("features:\n  - {name: a, knd: numeric}", "s:2:5: a feature needs 'kind'"),
        (
            "features:\n  - {name: a, kind: numeric, bucket: 3}",
            "s:2:30: unknown key 'bucket' in a feature; did you mean"
        ),
        (
            "features:\n  - {name: a, kind: numerical}",
            "s:2:21: features[0].kind cannot be 'numerical'; did you mean 'numeric'?"
        ),
        (
            "features:\n  - {name: a, kind: categorical, buckets: 3}",
            "s:2:34: unknown key 'buckets' in a feature; it is an option of numeric"
        ),
        (
            "features:\n  - {name: a, kind: numeric, buckets: many}",
            "s:2:39: features[0].buckets has to be a whole number"
        ),
        ("features:\n  - {name: a, kind: numeric, buckets: 1}", "has to be from 2 to 65536; found 1"),
        ("features:\n  - {name: a, kind: numeric, buckets: \"8\"}", "found '8' in quotes"),
        ("features: 3", "s:1:11: features has to be a list; found '3'"),
        ("features: []", "s:1:11: a schema needs at least one feature"),
        ("- a", "s:1:1: the file has to be a schema, a mapping of keys to values; found a list"),
        ("features:\n  - {name: a, kind: numeric}\nfeatures: []", "the key 'features' comes twice"),
        (
            "feature:\n  - {name: a, kind: numeric}",
            "s:1:1: unknown key 'feature' in a schema; did you mean 'features'?"
        ),
        ("features:\n  - {name: a, kind: numeric}\n  - {name: a, kind: numeric}", "s:3:5: two features are named 'a'"),
        ("features:\n  - {name: a/b, kind: numeric}", "s:2:5: feature name 'a/b' is unusable"),
        ("features:\n  - {name: .., kind: numeric}", "feature name '..' is unusable"),
        ("features: [{name: a, kind: numeric", "not YAML"),
        ("", "s:1:1: the file is empty"),
        ("features:\n  - {name: a, kind: numeric, missing_flag: maybe}", "has to be true or false"),
        (
            "features:\n  - {name: a, kind: categorical, hash_buckets: 9, min_count: 2}",
            "means nothing for hashed values"
        ),
        ("features:\n  - {name: t, kind: timestamp, format: iso}", "unknown time format 'iso'"),
        ("features:\n  - {name: t, kind: timestamp, format: \"%Y-%Q\"}", "holds '%Q'; known: %Y"),
        ("features:\n  - {name: t, kind: timestamp, format: \"%Y %\"}", "holds '%'; known: %Y"),
        ("source: {format: auto, separator: x}\nfeatures:\n  - {name: t, kind: text}", "not with 'auto'"),
        ("features:\n  - {name: t, kind: timestamp, parts: [hours]}", "did you mean 'hour'?"),
        (
            "source: {format: jsonl, separator: x}\nfeatures:\n  - {name: a, kind: numeric}",
            "means nothing in JSON Lines"
        ),
        ("source: {header: false}\nfeatures:\n  - {name: a, kind: numeric}", "needs 'names'"),
        ("source: {names: [a, a]}\nfeatures:\n  - {name: a, kind: numeric}", "s:1:9: two columns are named 'a'"),
        ("source: {separator: \"\"}\nfeatures:\n  - {name: a, kind: numeric}", "a separator has 1 to 16 bytes"),
        (
            "source: {names: [age, b]}\nfeatures:\n  - {name: a, column: ag, kind: numeric}",
            "s:3:5: feature 'a' reads column 'ag', which is not among the source's names; did you mean 'age'?"
        ),
    ]) func refusesMistakes(text: String, message: String) {
        let error = #expect(throws: ZooModelError.self) { try Schema.parse(text, file: "s") }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
        #expect(error?.exitCode == 65)
    }

    /// The same for tasks, below a good feature on lines 1 and 2.
    @Test(arguments: [
        ("tasks:\n  - {name: t, kind: binary, positive: []}", "must not be empty"),
        ("tasks:\n  - {name: t, kind: binary, negative: 0}", "'negative' needs 'positive'"),
        ("tasks:\n  - {name: t, kind: binary, positive: [a, b], negative: b}", "'b' is both positive and negative"),
        ("tasks:\n  - {name: t, kind: binary, positive: x >= 4}", "about 'x', but the task's column is 't'"),
        ("tasks:\n  - {name: t, kind: binary, classes: [a, b]}", "'classes' belongs to a multiclass task"),
        ("tasks:\n  - {name: t, kind: multiclass, classes: [a]}", "at least two classes"),
        ("tasks:\n  - {name: t, kind: regression, loss: hubert}", "did you mean 'huber'?"),
        ("tasks:\n  - {name: t, kind: regression, delta: 2}", "'delta' belongs to 'loss: huber'"),
        ("tasks:\n  - {name: t, kind: binary, weight: 0}", "tasks[0].weight has to be from"),
        ("tasks:\n  - {name: t, kind: binary}\n  - {name: t, kind: binary}", "s:5:5: two tasks are named 't'"),
        ("tasks:\n  - {name: encoder, kind: binary}", "cannot be named 'encoder'"),
        ("tasks:\n  - {name: t, column: a, kind: binary}", "the answer would be among the inputs"),
        ("tasks:\n  - {name: t, kind: binary, truth: a}", "a column of true probabilities"),
        ("tasks:\n  - {name: t, kind: binary, truth: t}", "must not be its label column"),
        ("tasks: []\nignore: [a]", "s:4:9: column 'a' is ignored, yet feature 'a' reads it"),
    ]) func refusesMistakenTasks(text: String, message: String) {
        let whole = "features:\n  - {name: a, kind: numeric}\n" + text
        let error = #expect(throws: ZooModelError.self) { try Schema.parse(whole, file: "s") }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
    }

    @Test func refusesAScopeThatIsNoTask() {
        let text = "features:\n  - {name: a, kind: numeric, scope: clik}\ntasks:\n  - {name: click, kind: binary}"
        let error = #expect(throws: ZooModelError.self) { try Schema.parse(text, file: "s") }
        #expect(error?.message == "s:2:5: feature 'a' has the scope 'clik', which is no task; did you mean 'click'?")
    }

    @Test func refusesTablesOfOneName() {
        let text = "features:\n  - {name: t, kind: timestamp}\n  - {name: t.hour, kind: numeric}"
        let error = #expect(throws: ZooModelError.self) { try Schema.parse(text, file: "s") }
        #expect(error?.message == "s:3:5: features 't' and 't.hour' both make 't.hour'")
    }

    @Test func deepNestingIsAnErrorNotATrap() {
        let text = "features: " + String(repeating: "[", count: 100_000)
        #expect(throws: ZooModelError.self) { try Schema.parse(text) }
    }

    @Test func messagesAreOneLine() {
        let text = "features:\n  - {name: a, kind: \"x\\ny\"}"
        let error = #expect(throws: ZooModelError.self) { try Schema.parse(text, file: "s") }
        #expect(error?.message.contains("cannot be 'x\\ny'") == true, "\(error?.message ?? "")")
    }

    @Test func aMissingFileIsNotFound() {
        let error = #expect(throws: ZooModelError.self) { try Schema.read("/nonexistent/schema.yaml") }
        #expect(error?.exitCode == 66)
    }

    @Test(arguments: [
        (">= 4", LabelRule.comparison(.atLeast, 4)), ("t<3", .comparison(.less, 3)),
        ("t != 0", .comparison(.unequal, 0)),
        (">50K", .values(positive: [">50K"], negative: nil)), ("1", .values(positive: ["1"], negative: nil)),
        ("[\">= 4\"]", .values(positive: [">= 4"], negative: nil)), ("- 5", .values(positive: ["- 5"], negative: nil)),
    ]) func tellsComparisonsFromValues(text: String, rule: LabelRule) throws {
        let value = text.hasPrefix("[") ? text : "\"\(text)\""
        let schema = try Schema.parse(
            "features: [{name: a, kind: numeric}]\ntasks: [{name: t, kind: binary, positive: \(value)}]"
        )
        #expect(schema.tasks[0].kind == .binary(rule))
    }
}
