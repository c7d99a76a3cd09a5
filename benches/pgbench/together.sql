-- What a first delivery of three items does, as one prepared statement in one transaction.
WITH n AS (SELECT nextval('bench_next') AS i),
known AS (SELECT key FROM idempotency_keys WHERE key = (SELECT 'bench:' || i FROM n)),
person AS (SELECT id, role, role_since, listed_since FROM people WHERE id = 1),
locked AS (SELECT id FROM pending_items WHERE id IN (SELECT i * 3 + k FROM n, generate_series(0, 2) k) ORDER BY id FOR UPDATE),
item AS (UPDATE pending_items SET state = 'approved', version = version + 1, decided_at = localtimestamp,
  released_at = localtimestamp, final_at = localtimestamp, logged = true
  WHERE id IN (SELECT id FROM locked) RETURNING id),
vote AS (INSERT INTO approvals (item_id, round, decided_by, decision, key, created_at, lapsed)
  SELECT id, 1, 'tg:1', 'approve', 'bench:' || i, localtimestamp, false FROM item, n),
card AS (UPDATE cards SET due_at = localtimestamp WHERE item_id IN (SELECT id FROM locked)),
held AS (SELECT id FROM chats WHERE id = 1 AND blocked_until > localtimestamp
  UNION SELECT chat FROM outbox WHERE chat = 1 AND sent_at IS NULL AND failed_at IS NULL),
operation AS (INSERT INTO operations (key, actor, verb, chat, created_at, outcome, scope_parts, answered)
  SELECT 'bench:' || i, 'tg:1', 'approve', 1, localtimestamp,
    '{"v":1,"type":"decided","decision":"approve","done":[1,2,3],"skipped":[]}', '{"hash":"0","parts":{}}', 'rode'
  FROM n RETURNING id),
head AS (UPDATE decision_head SET number = number + 3, hash = md5(number::text) || md5(hash) WHERE id = 1 RETURNING number),
log AS (INSERT INTO decision_log (number, item_id, round, client, entry, hash)
  SELECT head.number - 3 + row_number() OVER (), item.id, 1, 'shop', repeat('x', 350), md5(item.id::text) FROM item, head)
INSERT INTO idempotency_keys (key, scope_hash, created_at, operation_id, token)
  SELECT 'bench:' || i, repeat('0', 64), localtimestamp, operation.id, md5(i::text) FROM n, operation;
