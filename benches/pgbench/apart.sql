-- The same statement by statement.
SELECT nextval('bench_next') AS i \gset
\set a :i * 3
\set b :i * 3 + 1
\set c :i * 3 + 2
BEGIN;
SELECT key FROM idempotency_keys WHERE key = 'bench:' || :i::text;
SELECT id, role, role_since, listed_since FROM people WHERE id = 1;
SELECT id, kind, title, state, version, round FROM pending_items WHERE id IN (:a, :b, :c) ORDER BY id FOR UPDATE;
SELECT id FROM chats WHERE id = 1 AND blocked_until > localtimestamp
  UNION SELECT chat FROM outbox WHERE chat = 1 AND sent_at IS NULL AND failed_at IS NULL;
UPDATE pending_items SET state = 'approved', version = version + 1, decided_at = localtimestamp,
  released_at = localtimestamp, final_at = localtimestamp, logged = true WHERE id IN (:a, :b, :c);
INSERT INTO approvals (item_id, round, decided_by, decision, key, created_at, lapsed)
  SELECT id, 1, 'tg:1', 'approve', 'bench:' || :i::text, localtimestamp, false FROM unnest(ARRAY[:a, :b, :c]::bigint[]) id;
UPDATE cards SET due_at = localtimestamp WHERE item_id IN (:a, :b, :c);
INSERT INTO operations (key, actor, verb, chat, created_at, outcome, scope_parts, answered)
  VALUES ('bench:' || :i::text, 'tg:1', 'approve', 1, localtimestamp,
    '{"v":1,"type":"decided","decision":"approve","done":[1,2,3],"skipped":[]}', '{"hash":"0","parts":{}}', 'rode')
  RETURNING id AS operation \gset
SELECT number, hash FROM decision_head WHERE id = 1 FOR UPDATE;
UPDATE decision_head SET number = number + 3, hash = md5(number::text) || md5(hash) WHERE id = 1 RETURNING number \gset
INSERT INTO decision_log (number, item_id, round, client, entry, hash)
  SELECT :number - 3 + row_number() OVER (), id, 1, 'shop', repeat('x', 350), md5(id::text) FROM unnest(ARRAY[:a, :b, :c]::bigint[]) id;
INSERT INTO idempotency_keys (key, scope_hash, created_at, operation_id, token)
  VALUES ('bench:' || :i::text, repeat('0', 64), localtimestamp, :operation, md5(:i::text));
COMMIT;
