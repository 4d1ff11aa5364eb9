import Fuzzing
import Safetensors

/// The header, and the tiling of the data behind it.
@main struct Main {
    static func main() {
        Fuzzing.run { input in
            try input.withUnsafeBytes { bytes in
                var covered = 0
                for info in try SafetensorsFile.tensors(in: bytes).values {
                    precondition(info.range.upperBound <= bytes.count)
                    precondition(info.count == info.shape.reduce(1, *))
                    covered += info.range.count
                }
                precondition(covered <= bytes.count)
            }
        }
    }
}
