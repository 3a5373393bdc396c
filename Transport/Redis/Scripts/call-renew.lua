-- Renews our lease, also one that ran out while nobody wanted it. Returns 0 when it is another's, or the call is over.
-- KEYS 1 record, 2 lease
-- ARGV 1 holder, 2 ms of the lease
local holder = redis.call('GET', KEYS[2])
if (holder and holder ~= ARGV[1]) or redis.call('HEXISTS', KEYS[1], 'status') == 1 then
  return 0
end

redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 1
