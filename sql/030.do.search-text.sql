-- Search finds a text however it is written: in either case, with or without accents, composed or not.

/* As `foldText` of contract/fold-text.ts. Letters are listed because lower() knows ASCII alone under some locales. */
create function fold_text(given text) returns text language sql immutable strict parallel safe as $$
  select case when pg_catalog.getdatabaseencoding() <> 'UTF8' then pg_catalog.lower(given)
  else normalize(
    pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
      pg_catalog.translate(
        pg_catalog.lower(pg_catalog.regexp_replace(normalize(given, nfkd), '[\u0300-\u036f]', '', 'g')),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZÆÐØÞĐĦŁŊŒŦƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎ'
        'ͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦ'
        'ѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼ'
        'ԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖẞỺỼỾøđðħıłς',
        'abcdefghijklmnopqrstuvwxyzædoþdhlŋœŧɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏ'
        'ͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧ'
        'ѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլ'
        'խծկհձղճմյնշոչպջռսվտրցւփքօֆßỻỽỿoddhilσ'
      ), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    nfc)
  end
$$;
comment on function fold_text is 'What a search compares: lower case, without accents, in one composition.';

/* Immutable, as array_to_string is of texts only. */
create function join_lines(given text[]) returns text language sql immutable strict parallel safe as $$
  select pg_catalog.array_to_string(given, E'\n')
$$;

-- Each on a line of its own, so that no search finds a text across two of them.
alter table vehicles add column search_text text
  generated always as (fold_text(join_lines(array[key, name, plate, vin] || tags))) stored;
comment on column vehicles.search_text is 'Key, name, plate, VIN and tags, folded.';
alter table devices add column search_text text
  generated always as (fold_text(join_lines(array[key, name, serial]))) stored;
comment on column devices.search_text is 'Key, name and serial number, folded.';
