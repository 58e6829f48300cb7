-- Whose accounts the people of a provider of identities have. Which is whose is decided when somebody first signs in, and stays, whatever
-- they are called at the provider later; it stands in no event, since it must be correctable.
CREATE TABLE provider_identities (
    issuer text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    account text COLLATE "C" NOT NULL UNIQUE,
    since timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);
