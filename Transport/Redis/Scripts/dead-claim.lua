-- Marks a dead letter as being tried again. Returns 0 no such letter, 1 marked, 2 marked by another.
-- KEYS 1 letter, 2 replays
-- ARGV 1 now, 2 ms after which a mark no longer counts, 3 id, 4 ms that a letter is kept
local replaying, items, model, lane = unpack(redis.call('HMGET', KEYS[1], 'replaying', 'items', 'model', 'lane'))
if not model then
  return 0
end
if replaying and tonumber(ARGV[1]) - tonumber(replaying) < tonumber(ARGV[2]) then
  return 2
end

redis.call('HSET', KEYS[1], 'replaying', ARGV[1])
-- All that whoever counts or chooses among many has to know: it reads no letter for that. A letter that goes by itself
-- leaves its entry, which says when that is.
local expiry = string.format('%.0f', tonumber(ARGV[1]) + redis.call('PTTL', KEYS[1]))
redis.call('HSET', KEYS[2], ARGV[3], ARGV[1] .. ' ' .. expiry .. ' ' .. items .. ' ' .. model .. '/' .. lane)
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 1
