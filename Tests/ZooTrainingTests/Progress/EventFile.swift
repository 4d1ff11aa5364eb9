import Foundation

/// A reader of TensorBoard event files written from the formats' descriptions, with a checksum of its own (bit by bit).
struct EventFile {
    struct Event {
        var time = 0.0
        var step = 0
        var version = ""
        var scalars: [(tag: String, value: Float)] = []
    }

    enum Broken: Error { case truncated, checksum, wireType(Int) }

    static func read(_ path: String) throws -> [Event] {
        var rest = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))[...]
        var events: [Event] = []
        while !rest.isEmpty {
            let length = try take(8, from: &rest)
            guard try integer(take(4, from: &rest)) == masked(length) else { throw Broken.checksum }
            let message = try take(Int(integer(length)), from: &rest)
            guard try integer(take(4, from: &rest)) == masked(message) else { throw Broken.checksum }
            events.append(try event(message))
        }
        return events
    }

    private static func event(_ bytes: [UInt8]) throws -> Event {
        var event = Event()
        for (field, value) in try fields(bytes) {
            switch field {
            case 1: event.time = Double(bitPattern: integer(value))
            case 2: event.step = Int(integer(value))
            case 3: event.version = String(decoding: value, as: UTF8.self)
            case 5:
                for (_, scalar) in try fields(value) {
                    let parts = Dictionary(uniqueKeysWithValues: try fields(scalar))
                    let bits = UInt32(integer(parts[2] ?? []))
                    event.scalars.append((String(decoding: parts[1] ?? [], as: UTF8.self), Float(bitPattern: bits)))
                }
            default: break
            }
        }
        return event
    }

    /// The message's fields in order; a varint comes back as eight little-endian bytes.
    private static func fields(_ bytes: [UInt8]) throws -> [(Int, [UInt8])] {
        var rest = bytes[...]
        var fields: [(Int, [UInt8])] = []
        while !rest.isEmpty {
            let key = try varint(&rest)
            let value: [UInt8]
            switch key & 7 {
            case 0: value = try withUnsafeBytes(of: varint(&rest).littleEndian) { Array($0) }
            case 1: value = try take(8, from: &rest)
            case 2: value = try take(Int(varint(&rest)), from: &rest)
            case 5: value = try take(4, from: &rest)
            default: throw Broken.wireType(Int(key & 7))
            }
            fields.append((Int(key >> 3), value))
        }
        return fields
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            let byte = try take(1, from: &rest)[0]
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw Broken.truncated
    }

    private static func take(_ count: Int, from rest: inout ArraySlice<UInt8>) throws -> [UInt8] {
        guard rest.count >= count else { throw Broken.truncated }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    private static func integer(_ bytes: [UInt8]) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func masked(_ bytes: [UInt8]) -> UInt64 {
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            for bit in 0..<8 {
                let divides = (remainder ^ UInt32(byte >> bit)) & 1 == 1
                remainder = remainder >> 1 ^ (divides ? 0x82F6_3B78 : 0)
            }
        }
        remainder = ~remainder
        return UInt64((remainder >> 15 | remainder << 17) &+ 0xA282_EAD8)
    }
}
