-- Stores the record of an accepted request. Returns 0 when it is there already, so that a retry changes nothing.
-- KEYS 1 record, 2 open requests of the shard, 3 backlog of the shard
-- ARGV 1 id, 2 items, 3 model/lane, 4 ms until the record expires, 5 instant of that, 6.. fields and values
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end

redis.call('HSET', KEYS[1], 'state', 'queued', 'items', ARGV[2], 'backlog', ARGV[3], unpack(ARGV, 6))
redis.call('PEXPIRE', KEYS[1], ARGV[4])

-- The member names all that has to be undone should the record expire before anybody answers it.
redis.call('ZADD', KEYS[2], ARGV[5], ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[1])
redis.call('HINCRBY', KEYS[3], ARGV[3], ARGV[2])
return 1
