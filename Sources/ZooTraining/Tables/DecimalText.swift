extension Double {
    /// The finite number that a text writes in decimal notation, blanks around it allowed, as columns of numbers have
    /// them: neither `0x10` nor `inf`.
    init?(decimal text: some StringProtocol) {
        let blanks = text.utf8.prefix { $0 == 0x20 }.count
        let digits = text.utf8.dropFirst(blanks).prefix { $0 != 0x20 }
        let isDecimal = digits.allSatisfy { (0x30...0x39).contains($0) || [0x2b, 0x2d, 0x2e, 0x45, 0x65].contains($0) }
        guard isDecimal, text.utf8.dropFirst(blanks + digits.count).allSatisfy({ $0 == 0x20 }),
            let number = Double(String(decoding: digits, as: UTF8.self)), number.isFinite
        else { return nil }
        self = number
    }
}
