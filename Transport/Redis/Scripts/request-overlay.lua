-- Replaces how a request ended, unless it ended otherwise by now. Returns 1 or 0.
-- KEYS 1 result
-- ARGV 1 result before, 2 result
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end

redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
