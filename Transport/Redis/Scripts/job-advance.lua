-- Moves the feeder's cursor. Returns 0 when a newer holder of the lease has moved it, or the job is over.
-- ARGV 5 chunks fed, 6 epoch of the lease
local job = redis.call('HMGET', KEYS[1], 'state', 'epoch')
if not is_open(job[1]) or tonumber(ARGV[6]) < tonumber(job[2] or 0) then
  return 0
end

redis.call('HSET', KEYS[1], 'fed', ARGV[5], 'epoch', ARGV[6])
return 1
