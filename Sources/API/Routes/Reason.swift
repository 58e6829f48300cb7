/// A step that wants a reason: suspension, withdrawal of a job, cancellation, hiding.
struct Reason: Decodable {
    let reason: String
}
