/// An RFC 9457 problem document, as a client reads it.
package struct ProblemDocument: Codable, Sendable {
    /// A place in the request, and what is wrong there.
    package struct Place: Codable, Hashable, Sendable {
        /// RFC 6901, into a JSON body.
        package let pointer: String?
        package let parameter: String?
        package let line: Int?
        package let detail: String
    }

    package let type: String
    package let title: String
    package let status: Int
    package let detail: String
    package let instance: String?
    package let errors: [Place]?
}
