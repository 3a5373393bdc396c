-- Stores records of accepted requests. A record that is there already stays what it is, so that a retry changes
-- nothing. Returns 1 or 0 for each.
-- KEYS, for each record: record, open requests of the shard, backlog of the shard
-- ARGV, for each record: id, items, model/lane, ms until the record expires, instant of that, ttl, resource, input,
--   tenant, traceparent, instance that waits; empty for what there is not
local results = {}
for i = 0, #KEYS / 3 - 1 do
  local record, open, backlog = unpack(KEYS, 3 * i + 1, 3 * i + 3)
  local id, items, lane, life, expiry, ttl, resource, input, tenant, traceparent, reply_to =
    unpack(ARGV, 11 * i + 1, 11 * i + 11)
  results[i + 1] = 0
  if redis.call('EXISTS', record) == 0 then
    redis.call('HSET', record, 'state', 'queued', 'items', items, 'backlog', lane, 'ttl', ttl, 'resource', resource,
      'input', input, 'tenant', tenant, 'traceparent', traceparent, 'reply_to', reply_to)
    redis.call('PEXPIRE', record, life)

    -- The member names all that has to be undone should the record expire before anybody answers it.
    redis.call('ZADD', open, expiry, items .. ' ' .. lane .. ' ' .. id)
    redis.call('HINCRBY', backlog, lane, items)
    results[i + 1] = 1
  end
end
return results
