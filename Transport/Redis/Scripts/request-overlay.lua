-- Replaces the outputs of a request that has ended, unless they are others by now. A request of which no item had
-- succeeded has succeeded now. Returns 1 or 0.
-- KEYS 1 record
-- ARGV 1 outputs before, 2 outputs
local state, outputs = unpack(redis.call('HMGET', KEYS[1], 'state', 'outputs'))
if outputs ~= ARGV[1] then
  return 0
end

redis.call('HSET', KEYS[1], 'outputs', ARGV[2], 'state', state == 'failed' and 'succeeded' or state)
return 1
