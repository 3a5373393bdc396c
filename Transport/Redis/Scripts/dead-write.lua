-- Stores dead letters. One that is there already is written anew: the same item, delivered or tried again. Returns,
-- for each, 1 where it was not there before; then the ids that had to make room, whose records the caller deletes
-- (a script touches only the keys it was given).
-- KEYS 1 index, 2 sizes, 3 replays, then a letter each
-- ARGV 1 now, 2 ms that a letter is kept, 3 most letters, 4 most bytes, 5 values a letter; then, for each letter: id,
--   bytes, attempts, name, value, name, value...
local now, kept, most, room, width = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local results = {}

local function forget(id)
  redis.call('ZREM', KEYS[1], id)
  redis.call('HDEL', KEYS[3], id)
  redis.call('HINCRBY', KEYS[2], 'total', 0 - tonumber(redis.call('HGET', KEYS[2], id) or 0))
  redis.call('HDEL', KEYS[2], id)
end

for i = 1, #KEYS - 3 do
  local letter, at = KEYS[i + 3], 6 + (i - 1) * width
  local id, bytes, attempts = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local before, replaying = unpack(redis.call('HMGET', letter, 'attempts', 'replaying'))
  results[i] = before and 0 or 1
  if before then
    -- A replay that failed counts on; a redelivery is the same attempt again.
    attempts = replaying and attempts + tonumber(before) or math.max(attempts, tonumber(before))
    redis.call('HDEL', letter, 'replaying')
    redis.call('HDEL', KEYS[3], id)
  end

  redis.call('HSET', letter, 'attempts', attempts, unpack(ARGV, at + 3, at + width - 1))
  redis.call('PEXPIRE', letter, kept)
  redis.call('HINCRBY', KEYS[2], 'total', bytes - tonumber(redis.call('HGET', KEYS[2], id) or 0))
  redis.call('HSET', KEYS[2], id, bytes)
  redis.call('ZADD', KEYS[1], now, id)
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - kept, 'LIMIT', 0, 1000)) do
  forget(id)
end
while redis.call('ZCARD', KEYS[1]) > most or tonumber(redis.call('HGET', KEYS[2], 'total')) > room do
  local id = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
  if not id then
    break
  end
  forget(id)
  results[#results + 1] = id
end
redis.call('PEXPIRE', KEYS[1], kept)
redis.call('PEXPIRE', KEYS[2], kept)
return results
