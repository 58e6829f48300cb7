-- Companies' documents, each encrypted with a key of its own, which is wrapped by the master key: a row that is deleted takes its key
-- along. That a document is on file says the log; a row without that is what a filing that broke off has left.
CREATE TABLE company_documents (
    document uuid PRIMARY KEY,
    company uuid NOT NULL,
    wrapped bytea NOT NULL,
    sealed bytea NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT now()
);
-- What is encrypted can't be compressed.
ALTER TABLE company_documents ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX ON company_documents (kept_at);
