-- Takes back records of requests that could not be published, as if they had never been. Returns 1 or 0 for each.
-- KEYS, for each record: record, open requests of the shard, backlog of the shard
-- ARGV, for each record: id
local results = {}
for i = 0, #KEYS / 3 - 1 do
  local record, open, backlog = unpack(KEYS, 3 * i + 1, 3 * i + 3)
  local state, items, lane = unpack(redis.call('HMGET', record, 'state', 'items', 'backlog'))
  results[i + 1] = 0
  if state == 'queued' or state == 'running' then
    redis.call('DEL', record)
    redis.call('ZREM', open, items .. ' ' .. lane .. ' ' .. ARGV[i + 1])
    redis.call('HINCRBY', backlog, lane, '-' .. items)
    results[i + 1] = 1
  end
end
return results
