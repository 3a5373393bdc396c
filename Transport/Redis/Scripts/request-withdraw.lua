-- Takes back the record of a request that could not be published, as if it had never been.
-- KEYS 1 record, 2 open requests of the shard, 3 backlog of the shard
-- ARGV 1 id
local record = redis.call('HMGET', KEYS[1], 'state', 'items', 'backlog')
if record[1] ~= 'queued' and record[1] ~= 'running' then
  return 0
end

redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], record[2] .. ' ' .. record[3] .. ' ' .. ARGV[1])
redis.call('HINCRBY', KEYS[3], record[3], '-' .. record[2])
return 1
