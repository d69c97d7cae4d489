-- Text case-folded as CaseFolding.txt of Unicode says (C + F), so that two texts that differ only in case
-- are equal, in any script. PostgreSQL 15 has no function for it. The case mapping of ICU gives the same, as
-- lower(upper(…)), but for four things that `translate` settles:
--   ẞ  has no upper case to expand: it is made a ß first
--   ı  is folded to itself, but its upper case is I: a control character, which no stored text has, stands
--      for it meanwhile
--   σ  has a form of its own at the end of a word
--   Cherokee is folded to upper case: rare, and as many letters take time, so in a branch of its own
-- Not STRICT, or PostgreSQL could not inline it.
CREATE OR REPLACE FUNCTION fold_case(TEXT) RETURNS TEXT
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
        SELECT CASE
            WHEN octet_length($1) = char_length($1) THEN lower($1 COLLATE "C")
            WHEN $1 COLLATE "C" ~ '[Ꭰ-ᏽꭰ-ꮿ]' THEN translate(
                lower(upper(translate($1, 'ẞı', U&'ß\0001') COLLATE "und-x-icu") COLLATE "und-x-icu"),
                U&'ς\0001ꭰꭱꭲꭳꭴꭵꭶꭷꭸꭹꭺꭻꭼꭽꭾꭿꮀꮁꮂꮃꮄꮅꮆꮇꮈꮉꮊꮋꮌꮍꮎꮏꮐꮑꮒꮓꮔꮕꮖꮗꮘꮙꮚꮛꮜꮝꮞꮟꮠꮡꮢꮣꮤꮥꮦꮧꮨꮩꮪꮫꮬꮭꮮꮯꮰꮱꮲꮳꮴꮵꮶꮷꮸꮹꮺꮻꮼꮽꮾꮿᏸᏹᏺᏻᏼᏽ',
                'σıᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿᏀᏁᏂᏃᏄᏅᏆᏇᏈᏉᏊᏋᏌᏍᏎᏏᏐᏑᏒᏓᏔᏕᏖᏗᏘᏙᏚᏛᏜᏝᏞᏟᏠᏡᏢᏣᏤᏥᏦᏧᏨᏩᏪᏫᏬᏭᏮᏯᏰᏱᏲᏳᏴᏵ'
            ) COLLATE "C"
            ELSE translate(
                lower(upper(translate($1, 'ẞı', U&'ß\0001') COLLATE "und-x-icu") COLLATE "und-x-icu"),
                U&'ς\0001', 'σı'
            ) COLLATE "C"
        END
    $$;

-- The keys of e-mail addresses (customers.email_key) are rewritten by src/db/email_keys.rs, in the transaction
-- of this migration: they are folded by oms, which may know a newer version of Unicode.
