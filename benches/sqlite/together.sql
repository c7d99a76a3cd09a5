-- What a first delivery of three items does (?1 numbers it, ?2 is the time, ?3 what the log holds of an item), as one text that is
-- prepared once: what `ledger/opening.rs` reads, what `ledger/batch.rs` writes, and the commit.
BEGIN IMMEDIATE;
SELECT key, scope_hash, operation_id, token FROM idempotency_keys WHERE key IN ('bench:' || ?1) AND created_at >= '2026-11-19';
SELECT id, role, role_since, role_by, decides_since, listed_since FROM people WHERE id IN (1);
SELECT id FROM chats WHERE id IN (1) AND blocked_until > ?2 UNION SELECT chat FROM outbox WHERE chat IN (1)
  AND sent_at IS NULL AND failed_at IS NULL AND (not_before <= ?2 OR attempts BETWEEN 1 AND 4);
SELECT id, number, hash FROM decision_head WHERE id = 1;
SELECT id, kind, title, client, external_id, callback_url, content_hash, rules, state, version, round, created_at, expires_at,
  decided_at, released_at, issue, issued_at, note FROM pending_items
  WHERE id IN (?1 * 3 + 1, ?1 * 3 + 2, ?1 * 3 + 3) ORDER BY id;
SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'operations'), 0), coalesce((SELECT max(id) FROM operations), 0));
UPDATE pending_items SET state = 'approved', version = version + 1, round = round + 0, decided_at = ?2, released_at = ?2,
  issue = NULL, issued_at = NULL, note = NULL, final_at = ?2, logged = TRUE WHERE id IN (?1 * 3 + 1, ?1 * 3 + 2, ?1 * 3 + 3);
INSERT INTO approvals (item_id, round, decided_by, decision, reason, key, created_at) VALUES
  (?1 * 3 + 1, 1, 'tg:1', 'approve', NULL, 'bench:' || ?1, ?2),
  (?1 * 3 + 2, 1, 'tg:1', 'approve', NULL, 'bench:' || ?1, ?2),
  (?1 * 3 + 3, 1, 'tg:1', 'approve', NULL, 'bench:' || ?1, ?2);
UPDATE cards SET due_at = ?2, attempts = 0 WHERE item_id IN (?1 * 3 + 1, ?1 * 3 + 2, ?1 * 3 + 3);
INSERT INTO operations (key, actor, verb, chat, created_at, outcome, scope_parts, answered, id) VALUES
  ('bench:' || ?1, 'tg:1', 'approve', 1, ?2, '{"v":1,"type":"decided","decision":"approve","done":[1001,1002,1003],"skipped":[]}',
  '{"hash":"0000000000000000000000000000000000000000000000000000000000000000","parts":{"chat":"00000000","from":"00000000","text":"00000000"}}',
  'rode', ?1 + 1);
INSERT INTO decision_log (number, item_id, round, client, entry, hash) VALUES
  (?1 * 3 + 1, ?1 * 3 + 1, 1, 'shop', ?3, hex(randomblob(32))),
  (?1 * 3 + 2, ?1 * 3 + 2, 1, 'shop', ?3, hex(randomblob(32))),
  (?1 * 3 + 3, ?1 * 3 + 3, 1, 'shop', ?3, hex(randomblob(32)));
UPDATE decision_head SET number = ?1 * 3 + 3, hash = hex(randomblob(32)) WHERE id = 1;
INSERT INTO idempotency_keys (key, scope_hash, status, created_at, operation_id, token)
  VALUES ('bench:' || ?1, hex(randomblob(32)), 'applied', ?2, ?1 + 1, hex(randomblob(16)))
  ON CONFLICT (key) DO UPDATE SET scope_hash = excluded.scope_hash, status = excluded.status, created_at = excluded.created_at,
  operation_id = excluded.operation_id, token = excluded.token WHERE idempotency_keys.created_at < '2026-11-19' RETURNING key;
COMMIT;
