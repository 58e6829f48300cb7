package import Imports

/// Forgets imports a day after their files came, with all that stood in them.
package struct ImportSweeper: Process {
    private let store: ImportStore

    package init(store: ImportStore) {
        self.store = store
    }

    package let name = "import-sweeper"
    package let triggers: Set<String> = []
    package let pause = Duration.seconds(600)

    package func work(while isOurs: @escaping @Sendable () -> Bool) async throws {
        _ = try await store.dropExpired()
    }
}
