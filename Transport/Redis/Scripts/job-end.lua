-- Ends a job before all of it is answered: what is pending counts as expired where the job does, else as cancelled, and
-- every later commit is refused.
-- Returns the state that it is in then; nothing when there is no such job.
-- ARGV 5 state, 6 error, 7 the only state to end it from, or nothing for any
local job = redis.call('HMGET', KEYS[1], 'state', 'received', 'succeeded', 'failed', 'cancelled', 'expired')
if not is_open(job[1]) or (ARGV[7] ~= '' and ARGV[7] ~= job[1]) then
  return job[1]
end

local pending = tonumber(job[2] or 0)
for i = 3, 6 do
  pending = pending - tonumber(job[i] or 0)
end
redis.call('HINCRBY', KEYS[1], ARGV[5] == 'expired' and 'expired' or 'cancelled', pending)
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[1], 'error', ARGV[6])
end
finish(ARGV[5])
return ARGV[5]
