extension Unicode.Scalar {
    /// Whether this may change how the text around it is shown: control characters, line breaks of other kinds, and
    /// marks that turn the direction of writing, with which one name can be made to look like another.
    package var isUnsafeInText: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0: true  // C0, DEL, C1
        case 0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
