-- Marks a dead letter as being tried again. Returns 0 no such letter, 1 marked, 2 marked by another.
-- KEYS 1 letter, 2 replaying
-- ARGV 1 now, 2 ms after which a mark no longer counts, 3 id, 4 ms that a letter is kept
local failed, replaying = unpack(redis.call('HMGET', KEYS[1], 'failed', 'replaying'))
if not failed then
  return 0
end
if replaying and tonumber(ARGV[1]) - tonumber(replaying) < tonumber(ARGV[2]) then
  return 2
end

redis.call('HSET', KEYS[1], 'replaying', ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[1], ARGV[3])
-- Letters that went by themselves have left theirs.
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', tonumber(ARGV[1]) - tonumber(ARGV[4]))
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 1
