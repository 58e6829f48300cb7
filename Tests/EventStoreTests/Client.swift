import Postgres
import TestSupport

extension Child {
    /// A process with a connection of its own that is in the middle of an append: it has written, holds the head's lock, and has
    /// not committed.
    static func holdingAppend(_ settings: ConnectionSettings) throws -> Child {
        let client = try Child(["psql", "-qX", settings.url])
        client.send(
            """
            BEGIN;
            SELECT log_append('{x-1}', '{1}', '{1}', '{}', '{}', '{}', '{}', '{}', ARRAY[gen_random_uuid()], '{0}', '{1}', '{1}',
                '{x-1}', '{1}', '{1}', '{Noted}', '{1}', '{0}', '{null}', '{k}', '{i}', '{null}', '{null}', ARRAY['{}'::jsonb]);

            """
        )
        return client
    }
}
