/// A column of a ``Table``; its buffers are valid as long as the column or its table lives.
public enum TableColumn: Sendable {
    case categorical(CategoricalColumn)
    case numeric(NumericColumn)
    /// A bag or a sequence: the difference is the reader's of the values, not their storage.
    case list(ListColumn)
    case text(TextColumn)
    case timestamp(TimestampColumn)
}

/// One dictionary code a row.
public struct CategoricalColumn: @unchecked Sendable {
    /// A code of `dictionary`, or `TableColumn.missing`, for each row.
    public let codes: UnsafeBufferPointer<Int32>
    /// What the codes stand for.
    public let dictionary: StringDictionary
}

/// One number a row.
public struct NumericColumn: @unchecked Sendable {
    /// A finite value, or NaN for missing, for each row.
    public let values: UnsafeBufferPointer<Float>
    private let owner: AnyObject

    package init(values: UnsafeBufferPointer<Float>, owner: AnyObject) {
        self.values = values
        self.owner = owner
    }
}

/// A list of dictionary codes a row.
public struct ListColumn: @unchecked Sendable {
    /// Row `r` holds `codes[offsets[r] ..< offsets[r + 1]]`; `rowCount + 1` entries. A missing cell is an empty list.
    public let offsets: UnsafeBufferPointer<Int64>
    /// Codes of `dictionary`, in the order of the cell; values that are missing markers are left out.
    public let codes: UnsafeBufferPointer<Int32>
    /// What the codes stand for.
    public let dictionary: StringDictionary

    /// The codes of one row.
    public subscript(row: Int) -> UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(rebasing: codes[Int(offsets[row])..<Int(offsets[row + 1])])
    }
}

/// One string a row, not dictionary-encoded.
public struct TextColumn: @unchecked Sendable {
    /// Row `r` holds `bytes[offsets[r] ..< offsets[r + 1]]`; `rowCount + 1` entries. A missing cell is empty.
    public let offsets: UnsafeBufferPointer<Int64>
    /// The rows' UTF-8, one after the other.
    public let bytes: UnsafeRawBufferPointer
    private let owner: AnyObject

    package init(offsets: UnsafeBufferPointer<Int64>, bytes: UnsafeRawBufferPointer, owner: AnyObject) {
        self.offsets = offsets
        self.bytes = bytes
        self.owner = owner
    }

    /// The UTF-8 bytes of one row.
    public subscript(row: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[row])..<Int(offsets[row + 1])])
    }
}

/// One point in time a row.
public struct TimestampColumn: @unchecked Sendable {
    /// Seconds since 1970-01-01T00:00:00Z, or NaN for missing, for each row.
    public let seconds: UnsafeBufferPointer<Double>
    private let owner: AnyObject

    package init(seconds: UnsafeBufferPointer<Double>, owner: AnyObject) {
        self.seconds = seconds
        self.owner = owner
    }
}

extension TableColumn {
    /// The code of a missing categorical value.
    public static let missing: Int32 = -1
}
