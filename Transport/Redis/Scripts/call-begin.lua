-- Begins a call that is named by a key. Returns what to do, and what is known of it: 'begun', 'running' elsewhere,
-- 'answered', or 'other' when the key names a call with other parameters.
-- KEYS 1 record, 2 lease
-- ARGV 1 holder, 2 ms of the lease, 3 ms of the record, 4 fingerprint of the parameters
local call = redis.call('HMGET', KEYS[1], 'target', 'subject', 'fingerprint', 'status', 'location', 'type', 'body')
local what = 'begun'
if call[1] and call[1] ~= ARGV[4] then
  what = 'other'
elseif call[4] then
  what = 'answered'
elseif redis.call('EXISTS', KEYS[2]) == 1 then
  what = 'running'
else
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
  redis.call('HSET', KEYS[1], 'target', ARGV[4])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end

local reply = {what}
for i = 2, 7 do
  reply[i] = call[i] or ''
end
return reply
