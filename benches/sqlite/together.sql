-- What a first delivery of three items does (?1 numbers it), as one prepared text of one transaction.
BEGIN IMMEDIATE;
SELECT key FROM idempotency_keys WHERE key = 'bench:' || ?1;
SELECT id, role, role_since, listed_since FROM people WHERE id = 1;
SELECT id, kind, title, client, rules, state, version, round, created_at FROM pending_items
  WHERE id IN (?1 * 3 + 1, ?1 * 3 + 2, ?1 * 3 + 3) ORDER BY id;
SELECT id FROM chats WHERE id = 1 AND blocked_until > ?2
  UNION SELECT chat FROM outbox WHERE chat = 1 AND sent_at IS NULL AND failed_at IS NULL;
SELECT number, hash FROM decision_head WHERE id = 1;
UPDATE pending_items SET state = 'approved', version = version + 1, decided_at = ?2, released_at = ?2, final_at = ?2, logged = TRUE
  WHERE id IN (?1 * 3 + 1, ?1 * 3 + 2, ?1 * 3 + 3);
INSERT INTO approvals (item_id, round, decided_by, decision, key, created_at) VALUES
  (?1 * 3 + 1, 1, 'tg:1', 'approve', 'bench:' || ?1, ?2),
  (?1 * 3 + 2, 1, 'tg:1', 'approve', 'bench:' || ?1, ?2),
  (?1 * 3 + 3, 1, 'tg:1', 'approve', 'bench:' || ?1, ?2);
UPDATE cards SET due_at = ?2 WHERE item_id IN (?1 * 3 + 1, ?1 * 3 + 2, ?1 * 3 + 3);
INSERT INTO operations (id, key, actor, verb, chat, created_at, outcome, scope_parts, answered) VALUES
  (?1 + 1, 'bench:' || ?1, 'tg:1', 'approve', 1, ?2,
  '{"v":1,"type":"decided","decision":"approve","done":[1,2,3],"skipped":[]}', '{"hash":"0","parts":{}}', 'rode');
INSERT INTO decision_log (number, item_id, round, client, entry, hash) VALUES
  (?1 * 3 + 1, ?1 * 3 + 1, 1, 'shop', ?3, hex(randomblob(32))),
  (?1 * 3 + 2, ?1 * 3 + 2, 1, 'shop', ?3, hex(randomblob(32))),
  (?1 * 3 + 3, ?1 * 3 + 3, 1, 'shop', ?3, hex(randomblob(32)));
UPDATE decision_head SET number = ?1 * 3 + 3, hash = hex(randomblob(32)) WHERE id = 1;
INSERT INTO idempotency_keys (key, scope_hash, created_at, operation_id, token)
  VALUES ('bench:' || ?1, hex(randomblob(32)), ?2, ?1 + 1, hex(randomblob(16)));
COMMIT;
