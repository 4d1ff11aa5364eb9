import CKernels
import Dispatch
import Foundation
import ZooModel

/// Where the parts of a table's columns lie in its memory or cache file, and what else there is to know of them.
struct TableLayout: Codable, Equatable {
    /// Some bytes, counted from the start of the payload.
    struct Section: Codable, Equatable {
        var offset: Int
        var count: Int
    }

    /// The sections of one column, in the order that its kind wants.
    struct Column: Codable, Equatable {
        var sections: [Section]
    }

    var digest: String?
    var sourceSize: Int
    var key: String
    var rowCount: Int
    var badRowCount: Int
    var badRowExamples: [String]
    var sourceColumns: [String]
    /// Which of the requests there is a column for, in their order.
    var present: [Int]
    var columns: [Column]
    var lines: Section
    var payloadCount: Int

    private mutating func add<T>(_ type: T.Type, _ elements: Int) -> Section {
        let section = Section(offset: payloadCount, count: elements * MemoryLayout<T>.stride)
        payloadCount = (payloadCount + section.count + 63) & ~63
        return section
    }

    /// Lays out what a builder has read.
    init(
        _ builder: TableBuilder,
        present: [Int],
        sourceColumns: [String],
        digest: String?,
        sourceSize: Int,
        key: String
    ) {
        self.digest = digest
        self.sourceSize = sourceSize
        self.key = key
        self.sourceColumns = sourceColumns
        self.present = present
        rowCount = builder.rowCount
        badRowCount = builder.badRowCount
        badRowExamples = builder.badRowExamples
        columns = []
        lines = Section(offset: 0, count: 0)
        payloadCount = 0
        let blocks = builder.blocks.blocks
        lines = add(LineRun.self, builder.lines.runs.count)
        for (index, request) in builder.requests.enumerated() {
            let elements = blocks.reduce(0) { $0 + $1.sizes[index].elements }
            var sections: [Section]
            switch request.kind {
            case .categorical: sections = [add(Int32.self, rowCount)]
            case .numeric: sections = [add(Float.self, rowCount)]
            case .timestamp: sections = [add(Double.self, rowCount)]
            case .bag, .sequence, .text: sections = [add(Int64.self, rowCount + 1), add(UInt8.self, elements)]
            }
            if let dictionary = builder.dictionaries[index] {
                sections.append(add(Int64.self, zoo_dictionary_count(dictionary) + 1))
                sections.append(add(UInt8.self, zoo_dictionary_byte_count(dictionary)))
            }
            columns.append(Column(sections: sections))
        }
    }

    /// Writes all columns to their places in some storage, from an offset on.
    func fill(_ storage: TableStorage, at offset: Int, from builder: TableBuilder, threads: Int) throws {
        let payload = storage.base + offset
        builder.lines.runs.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { (payload + lines.offset).copyMemory(from: base, byteCount: bytes.count) }
        }
        for (column, dictionary) in zip(columns, builder.dictionaries) {
            guard let dictionary, let offsets = zoo_dictionary_offsets(dictionary) else { continue }
            let sections = column.sections.suffix(2).map(\.self)
            (payload + sections[0].offset).copyMemory(from: offsets, byteCount: sections[0].count)
            (payload + sections[1].offset).copyMemory(
                from: zoo_dictionary_bytes(dictionary),
                byteCount: sections[1].count
            )
        }
        let blocks = builder.blocks.blocks
        // Where the elements of each block's lists and texts go.
        var starts: [[Int]] = []
        var next = [Int](repeating: 0, count: columns.count)
        for block in blocks {
            starts.append(next)
            for index in next.indices { next[index] += block.sizes[index].elements }
        }
        let writer = BlockWriter(
            layout: self,
            storage: storage,
            payload: payload,
            requests: builder.requests,
            store: builder.blocks
        )
        try writer.write(blocks, elementStarts: starts, threads: threads)
        for (index, request) in builder.requests.enumerated() where columns[index].sections.count > 1 {
            guard let stride = request.elementStride else { continue }
            let offsets = (payload + columns[index].sections[0].offset).assumingMemoryBound(to: Int64.self)
            offsets[rowCount] = Int64(next[index] / stride)
        }
    }

    /// Memory that was filled, and where the columns start in it.
    struct Place {
        var storage: TableStorage
        var payload: Int
    }

    /// The table over memory that was filled.
    func makeTable(
        _ place: Place,
        requests: [ColumnRequest],
        source: String,
        isCached: Bool,
        late: LateDigest? = nil
    ) -> Table {
        let storage = place.storage
        let base = UnsafeRawPointer(storage.base + place.payload)
        var found: [ColumnRequest: TableColumn] = [:]
        for (request, column) in zip(requests, columns) {
            var key = request
            key.isRequired = true
            found[key] = makeColumn(request.kind, column.sections, base, storage)
        }
        return Table(
            source: source,
            digest: digest,
            lateDigest: late,
            rowCount: rowCount,
            badRowCount: badRowCount,
            badRowExamples: badRowExamples,
            sourceColumns: sourceColumns,
            isCached: isCached,
            columns: found,
            lines: LineIndex(runs: lines.elements(LineRun.self, base)),
            storage: storage
        )
    }

    private func makeColumn(
        _ kind: ColumnRequest.Kind,
        _ sections: [Section],
        _ base: UnsafeRawPointer,
        _ storage: TableStorage
    ) -> TableColumn {
        switch kind {
        case .categorical:
            let dictionary = makeDictionary(sections.dropFirst(1), base, storage)
            return .categorical(
                CategoricalColumn(codes: sections[0].elements(Int32.self, base), dictionary: dictionary)
            )
        case .numeric:
            return .numeric(NumericColumn(values: sections[0].elements(Float.self, base), owner: storage))
        case .timestamp:
            return .timestamp(TimestampColumn(seconds: sections[0].elements(Double.self, base), owner: storage))
        case .text:
            let offsets = sections[0].elements(Int64.self, base)
            return .text(TextColumn(offsets: offsets, bytes: sections[1].bytes(base), owner: storage))
        case .bag, .sequence:
            return .list(
                ListColumn(
                    offsets: sections[0].elements(Int64.self, base),
                    codes: sections[1].elements(Int32.self, base),
                    dictionary: makeDictionary(sections.dropFirst(2), base, storage)
                )
            )
        }
    }

    private func makeDictionary(
        _ sections: ArraySlice<Section>,
        _ base: UnsafeRawPointer,
        _ storage: TableStorage
    ) -> StringDictionary {
        let (offsets, bytes) = (sections[sections.startIndex], sections[sections.startIndex + 1])
        return StringDictionary(
            offsets: offsets.elements(Int64.self, base),
            bytes: bytes.bytes(base),
            owner: storage
        )
    }
}

extension TableLayout.Section {
    fileprivate func elements<T>(_ type: T.Type, _ base: UnsafeRawPointer) -> UnsafeBufferPointer<T> {
        UnsafeBufferPointer(
            start: (base + offset).assumingMemoryBound(to: T.self),
            count: count / MemoryLayout<T>.stride
        )
    }

    fileprivate func bytes(_ base: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + offset, count: count)
    }
}

extension ColumnRequest {
    /// The bytes of one element of a list or text; `nil` for kinds without.
    var elementStride: Int? {
        switch kind {
        case .bag, .sequence: MemoryLayout<Int32>.stride
        case .text: 1
        case .categorical, .numeric, .timestamp: nil
        }
    }
}
