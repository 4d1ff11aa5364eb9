import StoreStress

@main struct Main {
    static func main() { StoreStress.main() }
}
