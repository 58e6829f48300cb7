import CCurl

/// All requests under way, on one thread.
final class Transfers {
    private let inbox: Inbox
    private var running: [UnsafeMutableRawPointer: Transfer] = [:]

    /// How long the thread sleeps at most when nothing happens, in milliseconds: whatever happens wakes it.
    private static let pause: Int32 = 60_000
    /// The most connections that are kept for the next request to the same server.
    private static let kept = 16

    init(_ inbox: Inbox) {
        self.inbox = inbox
        curl_multi_set_long(inbox.multi.handle, CURLMOPT_MAXCONNECTS, Self.kept)
    }

    /// Works until the inbox is closed, which is when nobody waits.
    func run() {
        while let calls = inbox.take() {
            for call in calls { begin(call) }
            for transfer in running.values where transfer.isUnwanted { end(transfer, .failure(CancellationError())) }
            var active: Int32 = 0
            curl_multi_perform(inbox.multi.handle, &active)
            endFinished()
            curl_multi_poll(inbox.multi.handle, nil, 0, Self.pause, nil)
        }
        curl_multi_cleanup(inbox.multi.handle)
    }

    private func begin(_ call: Call) {
        do throws(HTTPFailure) {
            let transfer = try Transfer(call)
            curl_multi_add_handle(inbox.multi.handle, transfer.easy)
            running[transfer.easy] = transfer
        } catch {
            inbox.finished()
            call.continuation.resume(throwing: error)
        }
    }

    private func endFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(inbox.multi.handle, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let transfer = running[message.pointee.easy_handle] else { continue }
            // The message is gone with the handle.
            end(transfer, transfer.outcome(curl_message_result(message)))
        }
    }

    private func end(_ transfer: Transfer, _ outcome: Result<HTTPAnswer, any Error>) {
        running[transfer.easy] = nil
        curl_multi_remove_handle(inbox.multi.handle, transfer.easy)
        inbox.finished()
        transfer.call.continuation.resume(with: outcome)
    }
}
