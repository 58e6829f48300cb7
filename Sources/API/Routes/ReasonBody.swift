/// A step that wants a reason: suspension, withdrawal of a job, cancellation, hiding.
struct ReasonBody: Decodable {
    let reason: String
}
