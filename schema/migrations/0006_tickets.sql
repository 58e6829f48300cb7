-- Which tickets were used, until they would have expired.
CREATE TABLE redeemed_tickets (
    id uuid PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ON redeemed_tickets (expires_at);
