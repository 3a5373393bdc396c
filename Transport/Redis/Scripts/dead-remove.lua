-- Takes a dead letter away. Returns 1 where there was one.
-- KEYS 1 index, 2 sizes, 3 letter, 4 replays
-- ARGV 1 id
local bytes = redis.call('HGET', KEYS[2], ARGV[1])
if bytes then
  redis.call('HINCRBY', KEYS[2], 'total', 0 - tonumber(bytes))
  redis.call('HDEL', KEYS[2], ARGV[1])
end
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[4], ARGV[1])
return redis.call('DEL', KEYS[3])
