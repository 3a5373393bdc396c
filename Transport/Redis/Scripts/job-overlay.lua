-- Puts the result of a replayed item in the place of its failed one, once. Whether it failed need not be asked here: a
-- stored result never changes. Returns 0 stored, 1 stored before, 2 the item has no result to replace, 3 no such job.
-- ARGV 5 chunk, 6 index of the item, 7 result line
local job = redis.call('HMGET', KEYS[1], 'state', 'woken')
if not job[1] then
  return 3
end
if redis.call('HEXISTS', KEYS[3], ARGV[5]) == 0 then
  return 2
end
if redis.call('HSETNX', KEYS[6], ARGV[6], ARGV[7]) == 0 then
  return 1
end

expire_with_job(KEYS[6])
redis.call('HINCRBY', KEYS[1], 'failed', -1)
redis.call('HINCRBY', KEYS[1], 'succeeded', 1)
wake_sometimes(job[2])
return 0
