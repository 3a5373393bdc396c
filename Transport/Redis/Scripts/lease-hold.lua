-- Takes a free lease or renews our own. Every change of hand has a higher epoch. Returns 0 while it is another's.
-- KEYS 1 lease, 2 epoch
-- ARGV 1 holder, 2 ms
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return tonumber(redis.call('GET', KEYS[2]))
end
if holder then
  return 0
end

redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return redis.call('INCR', KEYS[2])
