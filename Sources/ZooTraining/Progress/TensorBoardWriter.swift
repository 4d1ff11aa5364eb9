import Glibc

/// Writes scalars to an event file that TensorBoard reads while the run goes on.
///
/// The file is a sequence of TFRecords (length, checksum, `Event` message, checksum), one event a call of ``write``; each
/// goes to the kernel whole, so a run that dies leaves a readable file. Runs that share a directory write files of their
/// own, which TensorBoard joins: a resumed run continues the curves of the one before.
public final class TensorBoardWriter {
    /// One point of a curve.
    public struct Scalar: Sendable {
        /// The curve's name; TensorBoard groups by what stands before the slash, as in `loss/train/click`.
        public let tag: String
        /// The curve's value.
        public let value: Double

        /// Creates a point of the curve called `tag`.
        public init(_ tag: String, _ value: Double) {
            self.tag = tag
            self.value = value
        }
    }

    /// The event file.
    public let path: String
    private let descriptor: Int32

    /// Creates an event file in `directory`, and the directory when there is none.
    ///
    /// - Throws: ``ZooTrainingError`` (`io`) when either cannot be created.
    public init(directory: String) throws {
        guard mkdir(directory, 0o777) == 0 || errno == EEXIST else {
            throw Self.failure("create the directory", directory)
        }
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, host.count - 1)
        let name = host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let unique = "\(Int(Self.now)).\(String(decoding: name, as: UTF8.self)).\(getpid())"
        var attempt = 0
        var path = ""
        var descriptor: Int32 = -1
        repeat {
            path = "\(directory)/events.out.tfevents.\(unique).\(attempt)"
            descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
            attempt += 1
        } while descriptor < 0 && errno == EEXIST && attempt < 1000
        guard descriptor >= 0 else {
            throw Self.failure("create the event file", path)
        }
        self.path = path
        self.descriptor = descriptor
        var event = ProtobufMessage()
        event.append(1, Self.now)
        event.append(3, "brain.Event:2")
        try append(event)
    }

    deinit {
        close(descriptor)
    }

    /// Adds one point to each of several curves at `step`.
    ///
    /// - Throws: ``ZooTrainingError`` (`io`) when the file takes no more.
    public func write(_ scalars: [Scalar], step: Int) throws {
        var summary = ProtobufMessage()
        for scalar in scalars {
            var value = ProtobufMessage()
            value.append(1, scalar.tag)
            value.append(2, Float(scalar.value))
            summary.append(1, value)
        }
        var event = ProtobufMessage()
        event.append(1, Self.now)
        event.append(2, step)
        event.append(5, summary)
        try append(event)
    }

    private func append(_ event: ProtobufMessage) throws {
        func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        let length = littleEndian(UInt64(event.bytes.count))
        let record =
            length + littleEndian(CRC32C.masked(length))
            + event.bytes + littleEndian(CRC32C.masked(event.bytes))
        var rest = record[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                throw Self.failure("write to the event file", path)
            }
        }
    }

    private static func failure(_ action: String, _ path: String) -> ZooTrainingError {
        ZooTrainingError(.io, "cannot \(action) '\(path)': \(String(cString: strerror(errno)))")
    }

    /// Seconds since 1970.
    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
