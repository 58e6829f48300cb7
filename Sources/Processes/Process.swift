/// Something that the passing of time or an event makes necessary, and nobody asks for.
///
/// A process looks for what is due and does it by use cases; done a second time it is nothing, so that it may be cut off anywhere.
package protocol Process: Sendable {
    /// Its name in lower case with hyphens: in the log as the one who acts, in the status, in metrics.
    var name: String { get }
    /// The types of events after which it looks at once.
    var triggers: Set<String> { get }
    /// How often it looks without any of them.
    var pause: Duration { get }

    /// Does what is due now. `isOurs` is false once another node may do it; it is to be asked before each write.
    /// - Throws: what kept it from doing all of that; it is tried again.
    func work(while isOurs: @escaping @Sendable () -> Bool) async throws
}
