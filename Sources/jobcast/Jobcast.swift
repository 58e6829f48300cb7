import ArgumentParser

@main
struct Jobcast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Livestream job recruitment on an event log.")
}
