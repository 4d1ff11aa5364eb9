import ArgumentParser
import ZooCommands

@main
enum ZooMain {
    @MainActor
    static func main() async {
        await Zoo.main()
    }
}
