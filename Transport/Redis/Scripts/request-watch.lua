-- Marks an unfinished request as waited for, so that its end is announced, and reads it in the same step.
-- KEYS 1 record
-- ARGV names of the fields to read, the state first
local record = redis.call('HMGET', KEYS[1], unpack(ARGV))
if record[1] == 'queued' or record[1] == 'running' then
  redis.call('HSET', KEYS[1], 'watched', '1')
end
return record
