import ArgumentParser
import ZooCommands

@main
enum ZooMain {
    static func main() async {
        await Zoo.main()
    }
}
