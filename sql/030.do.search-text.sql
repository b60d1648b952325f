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

-- A device goes on with its backlog, on the topic that it knows, when its vehicle has another key.

create table former_vehicle_keys (
  key text primary key,
  vehicle_id bigint not null references vehicles (id) on delete cascade
);
comment on table former_vehicle_keys is
  'Keys that vehicles had, until another vehicle has them: their devices may still publish telemetry there. Kept by a trigger.';
create index former_vehicle_keys_vehicle_id on former_vehicle_keys (vehicle_id);

create function note_vehicle_key() returns trigger language plpgsql as $$
declare
  former bigint;
begin
  if tg_op = 'UPDATE' then
    insert into former_vehicle_keys (key, vehicle_id) values (old.key, new.id)
    on conflict (key) do update set vehicle_id = excluded.vehicle_id;
  end if;
  delete from former_vehicle_keys where key = new.key returning vehicle_id into former;
  -- Brokers read the devices of the vehicle that had it again.
  if former is not null then
    perform pg_notify('registry', 'vehicle:' || former);
  end if;
  return null;
end $$;

create trigger note_vehicle_key_insert after insert on vehicles for each row execute function note_vehicle_key();
create trigger note_vehicle_key_update after update of key on vehicles
  for each row when (new.key <> old.key) execute function note_vehicle_key();
