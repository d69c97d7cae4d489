CREATE OR REPLACE FUNCTION fold_case(TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT lower($1 COLLATE "und-x-icu") COLLATE "C" $$;

-- The keys of e-mail addresses become lower case again: src/db/email_keys.rs rewrites them.
