import Testing
import ZooModel

@Suite struct TableFormatTests {
    @Test(arguments: [
        ("a.csv", TableFormat.csv), ("A.CSV.gz", .csv), ("a.tsv.zst", .tsv), ("a.jsonl", .jsonLines),
        ("a.ndjson.xz", .jsonLines), ("a.json", .jsonLines), ("a.dat", nil), ("json", nil),
    ])
    func aNameSuggestsAFormat(name: String, format: TableFormat?) {
        #expect(TableFormat.suggested(forPath: name) == format)
    }
}
