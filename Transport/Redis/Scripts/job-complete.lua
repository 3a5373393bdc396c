-- The upload has ended. What was answered meanwhile may have been all of it.
local job = redis.call('HMGET', KEYS[1], 'state', 'chunks', 'done', 'expired')
if job[1] ~= 'receiving' then
  return 0
end

redis.call('HSET', KEYS[1], 'touched', ARGV[2])
if tonumber(job[3] or 0) == tonumber(job[2] or 0) then
  finish_answered(tonumber(job[4] or 0))
else
  redis.call('HSET', KEYS[1], 'state', 'running')
  wake()
end
return 1
