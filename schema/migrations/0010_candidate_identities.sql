-- Which candidates somebody is: by the token's holder and by telephone number, each as a digest under a key that is never in the
-- database. What a candidate is called is random, so that without this table nothing leads from a person to it.
CREATE TABLE candidate_identities (
    digest bytea PRIMARY KEY CHECK (length(digest) = 32),
    -- Of a number one; of a holder what was sent without a confirmed number, and the confirmed numbers', the newest last.
    candidates uuid[] NOT NULL CHECK (cardinality(candidates) > 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
